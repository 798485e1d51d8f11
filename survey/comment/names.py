"""Names as people write them, and words that stand like names: for masking, and for nothing else."""

from __future__ import annotations

from survey.agency import plain

_SURNAMES = """
nguyen tran le pham hoang huynh phan vu vo dang bui do ho ngo duong ly dinh trinh mai dao luong lo
cam quang tong ha deo giang vang sung song mua thao lau hang cu trang tan trieu dieu vi luc hua leo
lu kha ngan moong xeo cut
"""
_GIVEN = """
lan hùng tuấn hương linh nga hiền trang phương thủy tuyết vân nhung yến loan oanh huyền ngọc quỳnh
khánh cường đạt thắng trung vinh khôi hoàn tùng bích cúc điệp hạnh liên nguyệt nhàn quyên thoa trâm
xuân pao páo sùng inh panh bình hiệp kiên lâm long luyến mạnh nghĩa phúc quang tâm thuận thảo
"""
_OFFICES = """
chu pho giam truong bi can cong uy ubnd so phong ban trung bo tiep mot lanh nhan chuyen nguoi dan
quan xa phuong huyen tinh thi to khu duong toa vien chi trong khi
"""
_PLACES = """
phuong xa huyen tinh duong pho ban tieu thon truong cho cau khu to cum ttpvhcc ubnd hdnd benh vien
thi tran thanh ngo
"""
#: given names that are other words once their marks are gone
_AMBIGUOUS = "trung binh mua phuong quang long hien dat huong lam nhan"

#: family names of the province's peoples and of the country, without marks
SURNAMES = frozenset(_SURNAMES.split())

#: given names that people write in small letters after a title, and that are no other word there
GIVEN = frozenset(_GIVEN.split())

#: the same in a text without marks
BARE_GIVEN = frozenset(map(plain, GIVEN)) - frozenset(_AMBIGUOUS.split())

#: words with a capital after a title that are no names, without marks
OFFICES = frozenset(_OFFICES.split())

#: words before a full name that make it one of a place, without marks
PLACES = frozenset(_PLACES.split())
