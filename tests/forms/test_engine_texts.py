"""Words with answers in them: each is seen from the question that says it."""

from __future__ import annotations

from forms.engine.instance import Instance
from forms.xform.reader import read_form
from tests.support.forms import settings

FORM = b"""<h:html xmlns="http://www.w3.org/2002/xforms" xmlns:h="http://www.w3.org/1999/xhtml"
 xmlns:jr="http://openrosa.org/javarosa"><h:head><h:title>t</h:title><model>
<itext><translation lang="en"><text id="small"><value>Hey, <output value=" ../name "/>!</value>
</text></translation></itext>
<instance><data id="t"><person><name/><age/></person></data></instance>
<bind nodeset="/data/person/age" type="int" constraint=". &gt; 5"
 jr:constraintMsg="jr:itext(concat('sm', 'all'))"/></model></h:head><h:body>
<group ref="/data/person"><repeat nodeset="/data/person"><input ref="/data/person/name"/>
<input ref="/data/person/age"/></repeat></group></h:body></h:html>"""


def test_message_of_a_computed_text_sees_the_row_of_its_question() -> None:
    filled = Instance.new(read_form(FORM), settings())
    filled.add_repeat("/data/person")
    for place, name in ((1, "Asha"), (2, "Juma")):
        filled.answer(f"/data/person[{place}]/name", name)
        filled.answer(f"/data/person[{place}]/age", "3")
    ages = [filled.node(f"/data/person[{place}]/age") for place in (1, 2)]
    assert [age.message for age in ages] == ["Hey, Asha!", "Hey, Juma!"]
