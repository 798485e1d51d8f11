"""The sentences of `survey.telling`, in both languages side by side."""

from __future__ import annotations

SENTENCES: dict[str, dict[str, str]] = {
    "points": {"vi": "{number} điểm phần trăm", "en": "{number} percentage points"},
    "person": {"vi": "{n} người", "en": "{n} person"},
    "people": {"vi": "{n} người", "en": "{n} people"},
    "answer": {"vi": "{n} câu trả lời", "en": "{n} answer"},
    "answer:many": {"vi": "{n} câu trả lời", "en": "{n} answers"},
    "agency": {"vi": "{n} cơ quan", "en": "{n} agency"},
    "agency:many": {"vi": "{n} cơ quan", "en": "{n} agencies"},
    "comment": {"vi": "{n} ý kiến", "en": "{n} comment"},
    "comment:many": {"vi": "{n} ý kiến", "en": "{n} comments"},
    "case": {"vi": "{n} vụ việc", "en": "{n} case"},
    "case:many": {"vi": "{n} vụ việc", "en": "{n} cases"},
    "asked": {
        "vi": "Trong {comments} chuyển đến cơ quan trong năm {year}, nhiều nhất là về “{name}”: {part}.",
        "en": "Of {comments} that reached agencies in {year}, most are about “{name}”: {part}.",
    },
    "asked:few": {
        "vi": "Số ý kiến của năm {year} còn ít, nên không nêu người dân đề nghị điều gì.",
        "en": "There were few comments in {year}, so what people asked for is not told.",
    },
    "cases": {
        "vi": "Trong {received} đã tiếp nhận, {part} được trả lời đúng hạn; người dân xác nhận {confirmed}, mở lại {reopened}, "
        "quá hạn chưa trả lời {overdue}.",
        "en": "Of {received} received, {part} were answered in time; citizens confirmed {confirmed} and opened {reopened} "
        "again, {overdue} are overdue without an answer.",
    },
    "cases:few": {
        "vi": "Có ít vụ việc, nên không nêu số liệu.",
        "en": "There were few cases, so no numbers are told.",
    },
    "year": {"vi": "năm {year}", "en": "{year}"},
    "month": {"vi": "tháng {month}/{year}", "en": "{name} {year}"},
    "quarter": {"vi": "quý {quarter} năm {year}", "en": "quarter {quarter} of {year}"},
    "in": {"vi": "{period}", "en": "in {period}"},
    "on": {"vi": "ngày {day}", "en": "on {day}"},
    "between": {"vi": "từ {first} đến {last}", "en": "from {first} to {last}"},
    "and": {"vi": "{first} và {last}", "en": "{first} and {last}"},
    "interval": {
        "vi": "khoảng tin cậy {level}: từ {low} đến {high}; {people} trả lời",
        "en": "{level} confidence interval from {low} to {high}; {people}",
    },
    "few": {"vi": " Ít câu trả lời: chỉ để tham khảo.", "en": " Few answers: for information only."},
    "headline": {
        "vi": "{period}, {value} câu trả lời là hài lòng hoặc rất hài lòng ({interval}).",
        "en": "{period}, {value} of the answers were satisfied or very satisfied ({interval}).",
    },
    "headline:nobody": {
        "vi": "{period}, chưa có câu trả lời nào được tính.",
        "en": "{period}, no answers have been counted yet.",
    },
    "headline:few": {
        "vi": "{period}, dưới 10 người trả lời, nên chưa công bố kết quả.",
        "en": "{period}, fewer than 10 people answered, so no result is published.",
    },
    "headline:protected": {
        "vi": "{period}, kết quả không được công bố để bảo vệ người trả lời.",
        "en": "{period}, the result is not published, to protect those who answered.",
    },
    "headline:above": {
        "vi": "{period}, hơn 90\u00a0% câu trả lời là hài lòng hoặc rất hài lòng (ít người trả lời).",
        "en": "{period}, more than 90% of the answers were satisfied or very satisfied (few people answered).",
    },
    "headline:below": {
        "vi": "{period}, dưới 10\u00a0% câu trả lời là hài lòng hoặc rất hài lòng (ít người trả lời).",
        "en": "{period}, fewer than 10% of the answers were satisfied or very satisfied (few people answered).",
    },
    "figure": {
        "vi": "“{name}”: {value} câu trả lời là hài lòng hoặc rất hài lòng ({interval}).{few}",
        "en": "“{name}”: {value} of the answers were satisfied or very satisfied ({interval}).{few}",
    },
    "figure:nobody": {"vi": "“{name}”: chưa có câu trả lời.", "en": "“{name}”: no answers yet."},
    "figure:few": {
        "vi": "“{name}”: dưới 10 người trả lời, nên không công bố.",
        "en": "“{name}”: fewer than 10 people answered, so nothing is published.",
    },
    "figure:protected": {
        "vi": "“{name}”: không công bố, để bảo vệ người trả lời.",
        "en": "“{name}”: not published, to protect those who answered.",
    },
    "figure:above": {
        "vi": "“{name}”: hơn 90\u00a0% câu trả lời là hài lòng hoặc rất hài lòng (ít người trả lời).",
        "en": "“{name}”: more than 90% of the answers were satisfied or very satisfied (few people answered).",
    },
    "figure:below": {
        "vi": "“{name}”: dưới 10\u00a0% câu trả lời là hài lòng hoặc rất hài lòng (ít người trả lời).",
        "en": "“{name}”: fewer than 10% of the answers were satisfied or very satisfied (few people answered).",
    },
    "goal:none": {
        "vi": "Mục tiêu {aim} vào năm {year} ({document}): chưa có kết quả để kết luận.",
        "en": "The target of {aim} by {year} ({document}): there is no result to judge it by.",
    },
    "goal:met": {
        "vi": "Mục tiêu {aim} vào năm {year} ({document}): đạt; kết quả {value}, cao hơn mục tiêu {gap}.",
        "en": "The target of {aim} by {year} ({document}) is met: the result is {value}, {gap} above it.",
    },
    "goal:not-met": {
        "vi": "Mục tiêu {aim} vào năm {year} ({document}): không đạt; kết quả {value}, thấp hơn mục tiêu {gap}.",
        "en": "The target of {aim} by {year} ({document}) is not met: the result is {value}, {gap} below it.",
    },
    "goal:insufficient": {
        "vi": "Mục tiêu {aim} vào năm {year} ({document}): chưa đủ căn cứ; kết quả {value}, và mục tiêu nằm trong sai số.",
        "en": "The target of {aim} by {year} ({document}): there is not enough evidence; the result is {value}, and the target lies within its error.",
    },
    "goal:few": {
        "vi": "Mục tiêu {aim} vào năm {year} ({document}): chưa đủ căn cứ; kết quả {value} đến từ dưới 30 người.",
        "en": "The target of {aim} by {year} ({document}): there is not enough evidence; the result of {value} comes from fewer than 30 people.",
    },
    "missing:answers": {"vi": "Cần ít nhất 30 người trả lời.", "en": "At least 30 people must answer."},
    "missing:points": {
        "vi": "Còn thiếu {gap} để đạt mục tiêu.",
        "en": "The result is {gap} short of the target.",
    },
    "missing:close": {
        "vi": "Tỷ lệ nằm sát mục tiêu: chưa nói được cần thêm bao nhiêu người trả lời để kết luận.",
        "en": "The share lies so near the target that nobody can say how many more answers a verdict takes.",
    },
    "missing:people": {
        "vi": "Nếu tỷ lệ giữ nguyên, cần thêm khoảng {people} trả lời để kết luận được.",
        "en": "If the share stays as it is, about {people} more must answer for a verdict.",
    },
    "spread": {
        "vi": "“{name}”: trong {answers}, {good} hài lòng trở lên, {middle} ở mức giữa, {bad} không hài lòng.",
        "en": "“{name}”: of {answers}, {good} were satisfied or more, {middle} in the middle, {bad} dissatisfied.",
    },
    "spread:nobody": {"vi": "“{name}”: chưa có câu trả lời.", "en": "“{name}”: no answers yet."},
    "spread:protected": {
        "vi": "“{name}”: không công bố, để bảo vệ người trả lời.",
        "en": "“{name}”: not published, to protect those who answered.",
    },
    "noun:factor": {"vi": "các yếu tố", "en": "factors"},
    "noun:criterion": {"vi": "các tiêu chí", "en": "criteria"},
    "noun:field": {"vi": "các lĩnh vực", "en": "fields"},
    "noun:group": {"vi": "các nhóm lĩnh vực", "en": "groups of fields"},
    "noun:kind": {"vi": "các nhóm người trả lời", "en": "groups of respondents"},
    "beside:apart": {
        "vi": "Trong {noun}, “{most}” được hài lòng nhất ({high}) và “{least}” ít được hài lòng nhất ({low}); chênh lệch lớn hơn sai số.",
        "en": "Among the {noun}, people are most satisfied with “{most}” ({high}) and least with “{least}” ({low}); the gap is larger than the error.",
    },
    "beside:close": {
        "vi": "Trong {noun}, kết quả cao nhất là “{most}” ({high}), thấp nhất là “{least}” ({low}), nhưng hai khoảng tin cậy chồng lên nhau nên chưa kết luận được là khác nhau.",
        "en": "Among the {noun}, “{most}” has the highest result ({high}) and “{least}” the lowest ({low}), but their intervals overlap, so a difference is not shown.",
    },
    "beside:none": {
        "vi": "Chưa có đủ câu trả lời để so sánh.",
        "en": "There are not enough answers to compare.",
    },
    "agencies": {
        "vi": "Trong {all}, {placed} có đủ câu trả lời để so sánh: {above} cao hơn mức chung của các cơ quan còn lại, {below} thấp hơn, {similar} không khác.",
        "en": "Of {all}, {placed} have enough answers to compare: {above} lie above the mean of the others, {below} below it, and {similar} are not different.",
    },
    "line": {
        "vi": "“{name}”: {value} ({interval}); {band}; thứ hạng {ranks} trong {of}.",
        "en": "“{name}”: {value} ({interval}); {band}; rank {ranks} of {of}.",
    },
    "band:above": {"vi": "cao hơn mức chung", "en": "above the others' mean"},
    "band:not-different": {"vi": "không khác mức chung", "en": "not different from the others"},
    "band:below": {"vi": "thấp hơn mức chung", "en": "below the others' mean"},
    "contrast:none": {
        "vi": "“{name}” và “{reference}”: chưa so sánh được.",
        "en": "“{name}” and “{reference}”: cannot be compared yet.",
    },
    "contrast:open": {
        "vi": "“{name}” và “{reference}” chênh nhau {gap}, trong phạm vi sai số.",
        "en": "“{name}” and “{reference}” lie {gap} apart, which is within the error.",
    },
    "contrast:higher": {
        "vi": "“{name}” cho kết quả cao hơn “{reference}” {gap}; hình thức trả lời khác nhau là cách đo khác nhau.",
        "en": "“{name}” gives a result {gap} higher than “{reference}”; another way of answering is another measurement.",
    },
    "contrast:lower": {
        "vi": "“{name}” cho kết quả thấp hơn “{reference}” {gap}; hình thức trả lời khác nhau là cách đo khác nhau.",
        "en": "“{name}” gives a result {gap} lower than “{reference}”; another way of answering is another measurement.",
    },
    "change:up": {
        "vi": "Từ {before} đến {after}, chỉ số tăng {gap}, từ {was} lên {is_now} (khoảng tin cậy của mức thay đổi: từ {low} đến {high}).",
        "en": "From {before} to {after}, the index rose by {gap}, from {was} to {is_now} (interval of the change: from {low} to {high}).",
    },
    "change:down": {
        "vi": "Từ {before} đến {after}, chỉ số giảm {gap}, từ {was} xuống {is_now} (khoảng tin cậy của mức thay đổi: từ {low} đến {high}).",
        "en": "From {before} to {after}, the index fell by {gap}, from {was} to {is_now} (interval of the change: from {low} to {high}).",
    },
    "change:not-shown": {
        "vi": "Từ {before} đến {after}, chỉ số từ {was} thành {is_now}: chưa đủ căn cứ để nói là tăng hay giảm (khoảng tin cậy của mức thay đổi: từ {low} đến {high}).",
        "en": "From {before} to {after}, the index went from {was} to {is_now}: there is not enough evidence of a rise or a fall (interval of the change: from {low} to {high}).",
    },
    "change:none": {
        "vi": "{after} so với {before}: một trong hai kỳ có quá ít câu trả lời để so sánh.",
        "en": "{after} against {before}: one of the two has too few answers to compare.",
    },
    "change:break": {
        "vi": "{after} và {before} dùng phiếu hỏi khác nhau, nên không so sánh được.",
        "en": "{after} and {before} used different questionnaires, so they cannot be compared.",
    },
    "change:no-earlier": {
        "vi": "Chưa hỏi ai trong {before}, nên không có gì để so sánh.",
        "en": "Nobody was asked in {before}, so there is nothing to compare.",
    },
    "changes": {
        "vi": "Trong {tested} có đủ câu trả lời ở cả hai kỳ, {up} tăng, {down} giảm, và với {open} cơ quan chưa đủ căn cứ.",
        "en": "Of {tested} that enough people rated in both periods, {up} rose, {down} fell, and for {open} there is not enough evidence.",
    },
    "changes:none": {
        "vi": "Chưa có cơ quan nào có đủ câu trả lời ở cả hai kỳ.",
        "en": "No agency has enough answers in both periods yet.",
    },
    "drivers": {
        "vi": "“{name}” đi cùng với mức hài lòng chung nhiều nhất: {part} của phần mà các yếu tố cùng giải thích.",
        "en": "“{name}” goes with overall satisfaction most: {part} of what the factors explain together.",
    },
    "drivers:first": {
        "vi": "Nên cải thiện trước: {names}, vì quan trọng mà còn ít được hài lòng.",
        "en": "To mend first: {names}, important and yet less satisfying.",
    },
    "drivers:none": {
        "vi": "Chưa có đủ câu trả lời đầy đủ để biết yếu tố nào đi cùng với mức hài lòng chung.",
        "en": "There are not enough complete answers to tell what goes with overall satisfaction.",
    },
    "reliability:none": {
        "vi": "Mỗi yếu tố chỉ có một câu hỏi, hoặc có quá ít câu trả lời, nên không tính độ tin cậy của thang đo.",
        "en": "Each factor has a single question, or too few people answered, so no reliability is computed.",
    },
    "reliability:all": {
        "vi": "Các tiêu chí của từng yếu tố nhất quán với nhau (alpha từ 0,7 trở lên).",
        "en": "The criteria of each factor agree with one another (alpha of 0.7 or more).",
    },
    "reliability:weak": {
        "vi": "Các tiêu chí của {names} ít nhất quán với nhau (alpha dưới 0,7).",
        "en": "The criteria of {names} agree less with one another (alpha below 0.7).",
    },
    "sample": {
        "vi": "{period}, {people} đã trả lời, về {reached} trong {agencies}.",
        "en": "{period}, {people} answered, rating {reached} of {agencies}.",
    },
    "unanswered": {
        "vi": "{part} số câu hỏi tính chỉ số không được trả lời; những câu đó không được tính vào tỷ lệ.",
        "en": "{part} of the questions that make the index stayed without an answer; they are left out of the share.",
    },
    "unanswered:none": {
        "vi": "Chưa có câu trả lời nào.",
        "en": "There are no answers yet.",
    },
}
