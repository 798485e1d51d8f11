"""Names as people write them, and words that stand like names: for masking, and for nothing else."""

from __future__ import annotations

from survey.agency import plain

_SURNAMES = """
nguyen tran le pham hoang huynh phan vu vo dang bui do ho ngo duong ly dinh trinh mai dao luong lo
cam quang tong ha deo giang vang sung song mua thao lau hang cu trang tan trieu dieu vi luc hua leo
lu kha ngan moong xeo cut sa tenh chao phan ban vu me ta doan phung quach ninh nong
ma dam kieu doan nghiem khong lam chang po phu sin vay tao cao luu mac luyen chu
"""
_GIVEN = """
lan hùng tuấn hương linh nga hiền trang phương thủy thuỷ tuyết vân nhung yến loan oanh huyền ngọc quỳnh
khánh cường đạt thắng trung vinh khôi hoàn tùng bích cúc điệp hạnh liên nguyệt nhàn quyên thoa trâm
xuân pao páo sùng inh panh bình hiệp kiên lâm long luyến mạnh nghĩa phúc quang tâm thuận thảo
dũng sơn hải hằng huệ hường thúy thuý thắm thơm duyên dung diệp giang huy khoa kiều liễu loan lộc mỵ nguyên
nhi phượng quân quyết sáng tiến toàn toản trinh tuân tú uyên vượng xoan chiến chinh duy hòe khuyên khải lành
"""
#: given names that are words as well: only where the sentence goes on as after a name
_DOUBTFUL = """
hà hoa mai thu minh nam thanh hồng hoà hòa quý thành tài đức phong phú tình thịnh tân thái anh châu ánh bảo chi
hậu huế lê ly my nhật như phát phước quốc sang thi thơ trí trường việt vũ đào tươi vui nhạn yên an hiếu hoài hợp
"""
_FOLLOWERS = """
ở bên tại quầy phòng đã rất làm giúp giải tư nói trả tiếp bảo lúc và với là cũng hay không chưa thì hướng dẫn lại có
nhiệt vui hỗ chỉ cho xã phường địa bộ ban trực thật quá lắm ạ nhé nha
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
_AMBIGUOUS = """
trung binh mua phuong quang long hien dat huong lam nhan tam lien hoan hanh kien manh thang tung loan khoi
khoa phuc sang tien toan quan chien lanh tu giang son hai duy nguyen quyet thuan yen van chinh dung inh thuy
"""
_PLACE_NAMES = """
ha noi, ha giang, ha nam, ha tinh, ha dong, lam dong, cao bang, ninh binh, ninh thuan, quang ninh, quang nam, quang tri,
quang ngai, quang binh, lai chau, lao cai, mai son, mai chau, van ho, phu yen, phu tho, ho chi, doan thanh, tong cuc, tong dai,
mac dinh, dang ky, dang bo, dang uy, dang vien, ban do, ban hanh, ban quan, mua he, hoang sa, ly lich, ho so, ho tich, ho khau, ta xua,
duong lich, lam nghiep, lam san, chu tich, chu nhat, cao dang, cao bang, nong thon, nong nghiep, nong dan, phan anh, ma so
"""
_COMPOUNDS = """
chu dao, chu tich, chu yeu, chu ho, anh huong, ten lua, ong ba, con trai, thay doi, thay the,
huong dan, phuc vu, lam viec, lam the, lam gi, hien nay, hien tai, trung tam, binh thuong, quang cao, long trong,
dat lich, dat dai, tien hanh, tien te, toan bo, quan ly, thang nay, thang truoc, lien he, lien lac, manh me, sang nay,
dung la, dung roi, thuy loi, tam tru, tam vang, dao tao, hoan canh, hoan thanh, khoi kien, van ban, van phong,
nguyen nhan, chinh sach, giang day, kien nghi, yen tam, son la, thuan tien, thuan chau, mai son, yen chau
"""

#: family names of the province's peoples and of the country, without marks
SURNAMES = frozenset(_SURNAMES.split())

#: given names that people write in small letters after a title, and that are no other word there
GIVEN = frozenset(_GIVEN.split())

#: given names that are other words as well, and words that follow a name rather than them
DOUBTFUL = frozenset(_DOUBTFUL.split())
FOLLOWERS = frozenset(_FOLLOWERS.split())

#: the same in a text without marks
BARE_GIVEN = frozenset(map(plain, GIVEN)) - frozenset(_AMBIGUOUS.split())
BARE_DOUBTFUL = frozenset(map(plain, DOUBTFUL)) | frozenset(_AMBIGUOUS.split())
BARE_FOLLOWERS = frozenset(map(plain, FOLLOWERS)) - {"dan", "lam"}

#: two words of which the first is a name only by itself, without marks
COMPOUNDS = frozenset(pair.strip() for pair in _COMPOUNDS.split(","))

#: what begins like a full name and is a place or a thing, without marks
PLACE_NAMES = frozenset(pair.strip() for pair in _PLACE_NAMES.split(","))

#: words with a capital after a title that are no names, without marks
OFFICES = frozenset(_OFFICES.split())

#: words before a full name that make it one of a place, without marks
PLACES = frozenset(_PLACES.split())
