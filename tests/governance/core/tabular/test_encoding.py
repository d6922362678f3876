"""The encoding of a file is found, said, and can be overruled."""

import pytest

from governance.core.errors import Invalid
from governance.core.tabular import encoding

TEXTS = {
    "French": ("Le système évalue les données à caractère personnel, l’été où l’on a reçu « ça » – naïveté, œuvre.", 4),
    "German": ("Größe, Straße, Übermäßig, Öl und Ärger; Prüfung der Verträge für Mitarbeiter.", 4),
    "Spanish": ("Año, niño, ¿qué decisión? información, señal, córdoba, mañana.", 4),
    "English": ("The agency’s “AI” tool – it can’t act alone… naïve café ® 10° and plain words around it all.", 2),
    "Polish": ("Zażółć gęślą jaźń, system sprawdza wnioski pracowników i przekazuje je działowi klienta.", 4),
    "Czech": ("Příliš žluťoučký kůň úpěl ďábelské ódy. Systém kontroluje žádosti zaměstnanců.", 4),
    "Hungarian": ("Árvíztűrő tükörfúrógép. A rendszer ellenőrzi a kérelmeket és továbbítja azokat.", 4),
    "Russian": ("Система проверяет заявки сотрудников и передаёт их в отдел обслуживания клиентов.", 4),
    "Greek": ("Το σύστημα ελέγχει τις αιτήσεις των εργαζομένων και τις διαβιβάζει.", 4),
    "Japanese": ("このシステムは従業員の申請を確認し、三日以内に顧客サービス部門に送信します。カタカナ", 4),
    "Chinese": ("该系统检查员工的申请并在三天内将其转交给客户服务部门。人工智能用例清单。", 4),
    "Korean": ("이 시스템은 직원의 신청을 확인하고 사흘 안에 고객 서비스 부서로 전달합니다.", 4),
}
CASES = [
    ("French", "cp1252"),
    ("French", "mac_roman"),
    ("German", "cp1252"),
    ("German", "mac_roman"),
    ("German", "cp850"),
    ("German", "utf-8"),
    ("German", "utf-8-sig"),
    ("German", "utf-16"),
    ("German", "utf-16-le"),
    ("German", "utf-16-be"),
    ("German", "utf-32"),
    ("Spanish", "cp1252"),
    ("Spanish", "latin-1"),
    ("English", "cp1252"),
    ("English", "mac_roman"),
    ("Polish", "cp1250"),
    ("Polish", "iso8859_2"),
    ("Czech", "cp1250"),
    ("Hungarian", "cp1250"),
    ("Russian", "cp1251"),
    ("Russian", "koi8_r"),
    ("Russian", "utf-8"),
    ("Greek", "cp1253"),
    ("Japanese", "cp932"),
    ("Japanese", "euc_jp"),
    ("Chinese", "gb18030"),
    ("Korean", "cp949"),
]


@pytest.mark.parametrize(("language", "codec"), CASES)
def test_a_text_is_read_as_it_was_written(language, codec):
    text, times = TEXTS[language]
    data = ("\n".join([text] * times)).encode(codec, "replace")
    found = encoding.detect(data)
    assert data.decode(found.name) == data.decode(codec)
    assert found.reason


def test_typographic_quotes_alone_do_not_make_english_exotic():
    rows = "".join(f"{n},The agency’s model – pilot,“draft”\r\n" for n in range(300))
    assert encoding.detect(rows.encode("cp1252")).name == "cp1252"


def test_a_few_stray_bytes_do_not_spoil_a_utf8_file():
    data = ("é" * 200).encode() + b" caf\xe9 " + "ü".encode()
    found = encoding.detect(data)
    assert found.name == "utf-8"
    assert not found.sure
    assert "1 stray" in found.reason
    assert data.decode("utf-8", encoding.STRAY).endswith("café ü")


def test_samples_show_the_letters_by_which_a_person_can_check():
    found = encoding.detect("name,note\nx,it’s a naïve plan\n".encode("cp1252"))
    assert any("it’s" in sample for sample in found.samples)


def test_a_chosen_encoding_that_does_not_fit_is_refused_with_the_place():
    with pytest.raises(Invalid, match="byte 3 does not fit"):
        encoding.named("utf-8", b"ab\xff")


@pytest.mark.parametrize("name", ["no-such", "rot13", "zip", "hex"])
def test_what_is_no_text_encoding_is_refused(name):
    with pytest.raises(Invalid):
        encoding.named(name, b"abc")
