"""The tables of SSDA903 and their codes, as returned from 2017 to 2026.

Columns and codes: the return's specification as encoded in SocialFinanceDigitalLabs/liia-tools-pipeline
(`ssda903_pipeline/spec`, MIT). A code that any of those years allows is a known code.
"""

from heed.returns.columns import Column
from heed.returns.tables import Table


def codes(text: str) -> frozenset[str]:
    """Return the codes of a list written with spaces."""
    return frozenset(text.split())


SEX = codes("1 2 M F U")
ETHNIC = codes(
    "WBRI WIRI WOTH WIRT WROM MWBC MWBA MWAS MOTH AIND APKN ABAN AOTH BCRB BAFR BOTH CHNE CNHE OOTH REFU NOBT"
)
RNE = codes("S L P T B U")
LEGAL_STATUS = codes("C1 C2 D1 E1 V2 V3 V4 L1 L2 L3 J1 J2 J3")
NEED = codes("N1 N2 N3 N4 N5 N6 N7 N8 N0")
PLACE = codes("A3 A4 A5 A6 H5 K1 K2 K3 P1 P2 P3 R1 R2 R3 R5 S1 T0 T1 T2 T3 T4 U1 U2 U3 U4 U5 U6 Z1 Z11 Z12 Z13 Z14")
PROVIDER = codes("PR0 PR1 PR2 PR3 PR4 PR5")
CEASED = codes("X1 E11 E12 E13 E14 E15 E16 E17 E2 E3 E4A E4B E41 E43 E44 E45 E46 E47 E48 E5 E6 E7 E8 E9")
PLACE_CHANGE = codes("CARPL CLOSE ALLEG STAND APPRR CREQB CREQO CHILD LAREQ PLACE CUSTOD OTHER")
PARTICIPATION = codes("PN0 PN1 PN2 PN3 PN4 PN5 PN6 PN7")
ACTIVITY = codes("F1 P1 F2 P2 F3 P3 F4 P4 F5 P5 G4 G5 G6 0")
ACCOMMODATION = codes(
    "B1 B2 C1 C2 D1 D2 E1 E2 G1 G2 H1 H2 K1 K2 R1 R2 S1 S2 T1 T2 U1 U2 V1 V2 W1 W2 X1 X2 Y1 Y2 Z1 Z2 0"
)
WORKER_CHANGE = codes("MANAGE FCONTA LEFTRL ORGRST TSPROC ABSENC CHCHAN PCCHAN SWDIED OTHERS")
YES_NO = codes("0 1")

# Codes that may not be blank in a return (`canbeblank: no` in the specification), beside those a row cannot be without.
EXPECTED = codes("SEX ETHNIC LS CIN PLACE REVIEW_CODE MISSING ACTIV ACCOM PREV_PERM")

CHILD = Column("CHILD", needed=True)
BORN = Column("DOB", "date")


def date(name: str, *, needed: bool = False) -> Column:
    """Return a column of dates."""
    return Column(name, "date", needed=needed)


def code(name: str, listed: frozenset[str], *, needed: bool = False) -> Column:
    """Return a column of listed codes."""
    return Column(name, "code", needed, listed, expected=name in EXPECTED)


HEADER = Table(
    "header",
    (
        CHILD,
        code("SEX", SEX),
        date("DOB", needed=True),
        code("ETHNIC", ETHNIC),
        Column("UPN"),
        code("MOTHER", YES_NO),
        date("MC_DOB"),
    ),
    key=("CHILD",),
)
EPISODES = Table(
    "episodes",
    (
        CHILD,
        date("DECOM", needed=True),
        code("RNE", RNE, needed=True),
        code("LS", LEGAL_STATUS),
        code("CIN", NEED),
        code("PLACE", PLACE),
        code("PLACE_PROVIDER", PROVIDER),
        date("DEC"),
        code("REC", CEASED),
        code("REASON_PLACE_CHANGE", PLACE_CHANGE),
        Column("HOME_POST"),
        Column("PL_POST"),
        Column("URN"),
    ),
    key=("CHILD", "DECOM"),
    ordered=(("DECOM", "DEC"),),
)
REVIEWS = Table(
    "reviews",
    (CHILD, BORN, date("REVIEW", needed=True), code("REVIEW_CODE", PARTICIPATION)),
    key=("CHILD", "REVIEW"),
    ordered=(("DOB", "REVIEW"),),
)
MISSING = Table(
    "missing",
    (CHILD, BORN, code("MISSING", codes("M A")), date("MIS_START", needed=True), date("MIS_END")),
    key=("CHILD", "MIS_START"),
    ordered=(("MIS_START", "MIS_END"),),
)
HEALTH = Table(
    "oc2",
    (
        CHILD,
        BORN,
        Column("SDQ_SCORE", "number"),
        code("SDQ_REASON", codes("SDQ1 SDQ2 SDQ3 SDQ4 SDQ5")),
        *(
            code(name, YES_NO)
            for name in (
                "CONVICTED",
                "HEALTH_CHECK",
                "IMMUNISATIONS",
                "TEETH_CHECK",
                "HEALTH_ASSESSMENT",
                "SUBSTANCE_MISUSE",
                "INTERVENTION_RECEIVED",
                "INTERVENTION_OFFERED",
            )
        ),
    ),
    key=("CHILD",),
    marks=("SDQ_SCORE",),
    yearly=True,
)
CARE_LEAVERS = Table(
    "oc3",
    (
        CHILD,
        BORN,
        code("IN_TOUCH", codes("YES NO DIED REFU NREQ RHOM"), needed=True),
        code("ACTIV", ACTIVITY),
        code("ACCOM", ACCOMMODATION),
    ),
    key=("CHILD",),
    yearly=True,
)
ASYLUM = Table("uasc", (CHILD, code("SEX", SEX), BORN, date("DUC")), key=("CHILD",), marks=("DUC",))
ADOPTION = Table(
    "ad1",
    (
        CHILD,
        BORN,
        date("DATE_INT"),
        date("DATE_MATCH"),
        code("FOSTER_CARE", YES_NO),
        Column("NB_ADOPTR", "number"),
        code("SEX_ADOPTR", codes("M1 F1 MM FF MF")),
        code("LS_ADOPTR", codes("L0 L11 L12 L2 L3 L4")),
    ),
    key=("CHILD",),
    marks=("DATE_INT",),
)
PLACED = Table(
    "placed_adoption",
    (
        CHILD,
        BORN,
        date("DATE_PLACED", needed=True),
        date("DATE_PLACED_CEASED"),
        code("REASON_PLACED_CEASED", codes("RD1 RD2 RD3 RD4")),
    ),
    key=("CHILD", "DATE_PLACED"),
)
PREVIOUS = Table(
    "prev_perm",
    (CHILD, BORN, code("PREV_PERM", codes("P1 P2 P3 P4 Z1")), Column("LA_PERM"), Column("DATE_PERM")),
    key=("CHILD",),
    marks=("PREV_PERM",),
)
WORKERS = Table(
    "social_worker",
    (
        CHILD,
        BORN,
        Column("SW_ID", needed=True),
        date("SW_DECOM", needed=True),
        date("SW_DEC"),
        code("SW_REASON", WORKER_CHANGE),
    ),
    key=("CHILD", "SW_ID", "SW_DECOM"),
    ordered=(("SW_DECOM", "SW_DEC"),),
)
LIBERTY = Table("dolo", (CHILD, BORN, date("DOLO_START", needed=True), date("DOLO_END")), key=("CHILD", "DOLO_START"))
TABLES = (
    HEADER, EPISODES, REVIEWS, MISSING, HEALTH, CARE_LEAVERS, ASYLUM, ADOPTION, PLACED, PREVIOUS, WORKERS, LIBERTY,
)  # fmt: skip
