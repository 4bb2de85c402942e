"""A small form with every kind of question, in the four languages, for tests of the window."""

from __future__ import annotations

LANGUAGES = ("English (en)", "Français (fr)", "Kiswahili (sw)", "العربية (ar)")
# Type, name, then the label in the four languages.
QUESTIONS = (
    ("note", "hello"),
    ("text", "name"),
    ("integer", "people"),
    ("decimal", "rent"),
    ("date", "seen"),
    ("select_one w", "water"),
    ("select_multiple d", "hazards"),
    ("select_one p", "place"),
    ("geopoint", "gps"),
    ("begin_repeat", "person"),
    ("integer", "age"),
    ("end_repeat", ""),
)
LABELS = {
    "hello": (
        "We ask about water.",
        "Nous parlons de l'eau.",
        "Tunauliza kuhusu maji.",
        "نسأل عن المياه.",
    ),
    "name": (
        "Name of the head of the household",
        "Nom du chef de ménage",
        "Jina la mkuu wa kaya",
        "اسم رب الأسرة",
    ),
    "people": (
        "How many people live here?",
        "Combien de personnes vivent ici ?",
        "Watu wangapi wanaishi hapa?",
        "كم شخصًا يعيش هنا؟",
    ),
    "rent": (
        "Rent of last month",
        "Loyer du mois dernier",
        "Kodi ya mwezi uliopita",
        "إيجار الشهر الماضي",
    ),
    "seen": ("Date of the visit", "Date de la visite", "Tarehe ya ziara", "تاريخ الزيارة"),
    "water": (
        "Main source of drinking water",
        "Principale source d'eau de boisson",
        "Chanzo kikuu cha maji ya kunywa",
        "المصدر الرئيسي لمياه الشرب",
    ),
    "hazards": (
        "Hazards near the dwelling",
        "Dangers près du logement",
        "Hatari karibu na nyumba",
        "المخاطر قرب المسكن",
    ),
    "place": (
        "Where do the children go to school?",
        "Où les enfants vont-ils à l'école ?",
        "Watoto wanasoma wapi?",
        "أين يذهب الأطفال إلى المدرسة؟",
    ),
    "gps": (
        "Place of the main entrance",
        "Lieu de l'entrée principale",
        "Mahali pa mlango mkuu",
        "مكان المدخل الرئيسي",
    ),
    "person": ("Person", "Personne", "Mtu", "فرد"),
    "age": ("Age in years", "Âge en années", "Umri kwa miaka", "العمر بالسنوات"),
    "": ("", "", "", ""),
}
# Class and treatment of the privacy policy.
POLICY = {
    "hello": ("C", "drop"),
    "name": ("A", "seal"),
    "people": ("B", "top:12"),
    "rent": ("C", "keep"),
    "seen": ("B", "month"),
    "water": ("C", "keep"),
    "hazards": ("C", "keep"),
    "place": ("C", "keep"),
    "gps": ("A", "seal"),
    "age": ("C", "drop"),
}
TOO_MANY = "Fewer than thirty, please."
CHOICES = (
    ("w", "piped", "Piped indoors", "Eau courante", "Bomba ndani ya nyumba", "شبكة داخل المسكن"),
    ("w", "lake", "River or lake", "Rivière ou lac", "Maji ya mto au ziwa", "نهر أو بحيرة"),
    ("d", "flood", "Flood", "Inondation", "Mafuriko", "فيضان"),
    ("d", "slope", "Steep slope", "Pente raide", "Mteremko mkali", "منحدر شديد"),
    ("d", "rail", "Railway", "Voie ferrée", "Reli", "سكة حديد"),
)
PLACES = tuple(
    ("p", f"p{n}", f"Chókwè {n}", f"École Chókwè {n}", f"Shule ya Chókwè {n}", f"مدرسة {n}")
    for n in range(1, 61)
)
EVERY_REF = (
    *(f"/data/{name}" for _, name in QUESTIONS[:9]),
    "/data/person[1]/age",
)


def row(*cells: str) -> str:
    return "| " + " | ".join(("", *cells)) + " |"


def every_kind() -> str:
    """The sheets of the form."""
    labels = [f"label::{language}" for language in LANGUAGES]
    message = f"constraint_message::{LANGUAGES[0]}"
    head = ("type", "name", *labels, "required", "constraint", message)
    survey = [row(*head, "bind::pvy:class", "bind::pvy:do")]
    for kind, name in QUESTIONS:
        required = "yes" if name in {"name", "water"} else ""
        limit = (". < 30", TOO_MANY) if name == "people" else ("", "")
        survey.append(row(kind, name, *LABELS[name], required, *limit, *POLICY.get(name, ("", ""))))
    choices = [row("list_name", "name", *labels), *(row(*each) for each in (*CHOICES, *PLACES))]
    settings = [
        row("form_id", "version", "namespaces", "default_language"),
        row("every", "1", 'pvy="urn:makazi:privacy:1"', LANGUAGES[0]),
    ]
    sheets = {"survey": survey, "choices": choices, "settings": settings}
    return "\n".join(line for name, rows in sheets.items() for line in (f"| {name} |", *rows))
