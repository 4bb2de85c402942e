"""What becomes of an answer, in words to read aloud: English, French, Swahili, Arabic.

Keys are for ever; sentences may be made better. `{0}` is the treatment's argument (the top, the
step, the cell's side in metres).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

LANGUAGES: Final = ("en", "fr", "sw", "ar")

SENTENCES: Final[Mapping[str, Mapping[str, str]]] = {
    "fate.keep": {
        "en": "Leaves as it was answered.",
        "fr": "Part tel que répondu.",
        "sw": "Inaondoka kama ilivyojibiwa.",
        "ar": "يخرج كما أُجيب.",
    },
    "fate.band": {
        "en": "Only a range leaves.",
        "fr": "Seule une tranche part.",
        "sw": "Kundi la kiasi pekee ndilo linaloondoka.",
        "ar": "لا يخرج إلا نطاق.",
    },
    "fate.top": {
        "en": "Leaves; {0} or more is shown as {0}.",
        "fr": "Part ; {0} ou plus devient {0}.",
        "sw": "Inaondoka; {0} au zaidi huonyeshwa kama {0}.",
        "ar": "يخرج؛ وما بلغ {0} أو أكثر يظهر {0}.",
    },
    "fate.round": {
        "en": "Leaves rounded to {0}.",
        "fr": "Part arrondi à {0}.",
        "sw": "Inaondoka ikikadiriwa kwa {0}.",
        "ar": "يخرج مقرّبًا إلى {0}.",
    },
    "fate.week": {
        "en": "Only the week leaves, not the day.",
        "fr": "Seule la semaine part, pas le jour.",
        "sw": "Wiki pekee ndiyo inayoondoka, si siku.",
        "ar": "لا يخرج إلا الأسبوع، لا اليوم.",
    },
    "fate.month": {
        "en": "Only the month leaves, not the day.",
        "fr": "Seul le mois part, pas le jour.",
        "sw": "Mwezi pekee ndio unaoondoka, si siku.",
        "ar": "لا يخرج إلا الشهر، لا اليوم.",
    },
    "fate.ladder": {
        "en": "Only a wider group leaves.",
        "fr": "Seul un groupe plus large part.",
        "sw": "Kundi pana pekee ndilo linaloondoka.",
        "ar": "لا تخرج إلا فئة أوسع.",
    },
    "fate.only": {
        "en": "Leaves if it is a common answer; otherwise only “other”.",
        "fr": "Part si la réponse est courante ; sinon seulement « autre ».",
        "sw": "Inaondoka kama ni jibu la kawaida; la sivyo “nyingine” tu.",
        "ar": "يخرج إن كان جوابًا شائعًا؛ وإلا فلا يخرج إلا «غير ذلك».",
    },
    "fate.grid": {
        "en": "Only a square of {0} by {0} metres leaves, not the place itself.",
        "fr": "Seul un carré de {0} mètres sur {0} part, pas le lieu exact.",
        "sw": "Mraba wa mita {0} kwa {0} pekee ndio unaoondoka, si mahali penyewe.",
        "ar": "لا يخرج إلا مربع {0} في {0} متر، لا المكان نفسه.",
    },
    "fate.pseudonym": {
        "en": "Does not leave; a code that only this tablet can make again leaves instead.",
        "fr": "Ne part pas ; un code que seule cette tablette peut refaire part à la place.",
        "sw": "Haiondoki; namba ya siri ya kompyuta kibao hii pekee ndiyo inayoondoka.",
        "ar": "لا يخرج؛ ويخرج بدلًا منه رمز لا يعيد صنعه إلا هذا الجهاز.",
    },
    "fate.sealed": {
        "en": "Locked. Only the data controller's key opens it.",
        "fr": "Scellé. Seule la clé du responsable des données l'ouvre.",
        "sw": "Imefungwa. Ufunguo wa msimamizi wa data pekee ndio unaoifungua.",
        "ar": "مقفل. لا يفتحه إلا مفتاح المسؤول عن البيانات.",
    },
    "fate.stays": {
        "en": "Does not leave this tablet.",
        "fr": "Ne quitte pas cette tablette.",
        "sw": "Haiondoki kwenye kompyuta kibao hii.",
        "ar": "لا يخرج من هذا الجهاز.",
    },
    "fate.undeclared": {
        "en": "Does not leave this tablet: the form does not say that it may.",
        "fr": "Ne quitte pas cette tablette : le formulaire ne l'autorise pas.",
        "sw": "Haiondoki kwenye kompyuta kibao hii: fomu haijaruhusu.",
        "ar": "لا يخرج من هذا الجهاز: النموذج لا يسمح بذلك.",
    },
    "fate.not-agreed": {
        "en": "Does not leave this tablet: it was not agreed to.",
        "fr": "Ne quitte pas cette tablette : la personne n'a pas accepté.",
        "sw": "Haiondoki kwenye kompyuta kibao hii: hakukubaliwa.",
        "ar": "لا يخرج من هذا الجهاز: لم تتم الموافقة عليه.",
    },
    "fate.row-too-many": {
        "en": "Does not leave this tablet: the size of a large household could tell who it is.",
        "fr": "Ne quitte pas cette tablette : un grand ménage se reconnaît à sa taille.",
        "sw": "Haiondoki kwenye kompyuta kibao hii: kaya ni kubwa, ukubwa wake ungeitambulisha.",
        "ar": "لا يخرج من هذا الجهاز: الأسرة كبيرة، وقد يدل حجمها عليها.",
    },
    "fate.not-understood": {
        "en": "Does not leave this tablet: the answer is not of the kind that may.",
        "fr": "Ne quitte pas cette tablette : la réponse n'est pas du type autorisé.",
        "sw": "Haiondoki kwenye kompyuta kibao hii: jibu si la aina inayoruhusiwa.",
        "ar": "لا يخرج من هذا الجهاز: الجواب ليس من النوع المسموح به.",
    },
}
