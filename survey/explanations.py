"""What the words beside figures mean, in one sentence each: pages show them, docs/method.md quotes them."""

from __future__ import annotations

from survey.instrument import Text

EXPLANATIONS: dict[str, Text] = {
    "interval": {
        "vi": "Nếu khảo sát được lặp lại nhiều lần theo cùng cách, khoảng 95 trên 100 khoảng như thế này chứa tỷ lệ thật.",
        "en": "If the survey were repeated many times in the same way, about 95 of 100 such intervals would hold the true share.",
    },
    "met": {
        "vi": "Toàn bộ khoảng tin cậy bằng hoặc cao hơn mục tiêu.",
        "en": "The whole interval is at or above the target.",
    },
    "not-met": {
        "vi": "Toàn bộ khoảng tin cậy thấp hơn mục tiêu.",
        "en": "The whole interval is below the target.",
    },
    "insufficient": {
        "vi": "Mục tiêu nằm trong khoảng tin cậy, hoặc có quá ít câu trả lời: số liệu chưa cho phép kết luận đạt hay không đạt.",
        "en": "The target lies within the interval, or too few people answered: the data do not allow a conclusion either way.",
    },
    "few-answers": {
        "vi": "Dưới 30 người trả lời: chỉ để tham khảo, không dùng để xếp hạng hay so sánh.",
        "en": "Fewer than 30 people answered: for information only, not for ranking or comparison.",
    },
    "model-based": {
        "vi": "Khoảng tin cậy dựa trên giả định, vì từ các câu trả lời này không tính được sai số.",
        "en": "The interval rests on an assumption, because no error can be computed from these answers.",
    },
    "as-it-was": {
        "vi": "Số liệu như đã thu thập: mỗi câu trả lời thuộc về đơn vị được đánh giá khi đó.",
        "en": "The figures as they were: every answer belongs to the body that was rated at that time.",
    },
    "as-today": {
        "vi": "Số liệu theo đơn vị hiện nay: câu trả lời về các đơn vị trước được tính cho đơn vị kế tiếp; tổng của cả tỉnh không đổi.",
        "en": "The figures as today: answers about predecessors belong to those who came after them; the sum of the province is the same.",
    },
    "as-today-left": {
        "vi": "Yếu tố cần ưu tiên, độ tin cậy, phân bố câu trả lời, độ bao phủ và thứ hạng không được tính sang đơn vị kế tiếp: những số liệu này chỉ được lưu riêng cho từng đơn vị đã được đánh giá.",
        "en": "What to mend first, reliability, the spread of answers, coverage and ranks are not carried over: they are kept for each body that was rated by itself.",
    },
    "by-share": {
        "vi": "Ước tính theo tỷ lệ: một phần của đơn vị trước thuộc về nơi khác, và giả định rằng người dân ở phần đó trả lời như toàn đơn vị.",
        "en": "Estimated by shares: a part of a predecessor went elsewhere, and its people are assumed to have answered as all of it did.",
    },
    "withheld": {
        "vi": "Không công bố vì dưới 10 người trả lời, hoặc vì có thể suy ra kết quả của nhóm dưới 10 người.",
        "en": "Not published because fewer than 10 people answered, or because the result of such a group could be worked out from it.",
    },
    "coverage": {
        "vi": "Số hồ sơ hoàn thành là mẫu số: nếu chỉ một phần được mời hoặc trả lời thì kết quả chỉ nói về phần đó; nếu hồ sơ bị từ chối hoặc trễ hạn ít được mời hơn thì kết quả đẹp hơn thực tế.",
        "en": "Completed dossiers are the denominator: where only some are invited or answer, the figures speak of those alone, and where refused or late ones are invited more rarely they look better than things are.",
    },
    "rank-range": {
        "vi": "Các thứ hạng phù hợp với số liệu: cứ 100 cuộc khảo sát như thế này thì khoảng 95 lần thứ hạng thật của cơ quan nằm trong đó.",
        "en": "The ranks that are compatible with the data: in about 95 of 100 such surveys the agency's true rank lies among them.",
    },
    "band": {
        "vi": "Cao hơn, không khác hoặc thấp hơn mức chung của các cơ quan còn lại, sau khi đã tính đến sai số và số cơ quan được so sánh cùng lúc.",
        "en": "Above, not different from, or below the mean of the other agencies, beyond what sampling error and the number of comparisons explain.",
    },
    "order": {
        "vi": "Thứ tự trong bảng không phải là thứ hạng: cơ quan đứng trên chưa chắc tốt hơn cơ quan đứng dưới.",
        "en": "The order of the table is not a ranking: an agency further up is not shown to be better than one further down.",
    },
    "combined": {
        "vi": "Ước lượng kết hợp dựa một phần vào câu trả lời của chính cơ quan, một phần vào kết quả của các cơ quan khác, vì cơ quan có quá ít câu trả lời; đứng bên cạnh và không thay kết quả trực tiếp.",
        "en": "A model-assisted estimate rests partly on the agency's own answers and partly on those of the others, because the agency has too few; it stands beside the direct result and never in its place.",
    },
    "not-distinguishable": {
        "vi": "Số liệu không cho thấy cơ quan này khác với kết quả chung.",
        "en": "The data do not show that this agency differs from the overall result.",
    },
    "change": {
        "vi": "Mức thay đổi giữa hai kỳ chỉ được gọi là tăng hoặc giảm khi khó có thể do ngẫu nhiên, sau khi đã tính đến số cơ quan được so sánh cùng lúc.",
        "en": "A change between two periods is called a rise or a fall only if chance hardly explains it, given how many agencies are compared at once.",
    },
    "not-shown": {
        "vi": "Chưa đủ căn cứ để nói là tăng hay giảm; điều đó không có nghĩa là không có gì thay đổi.",
        "en": "There is not enough evidence to call it a rise or a fall; that does not mean that nothing changed.",
    },
    "method-break": {
        "vi": "Hai kỳ dùng phiếu hỏi khác nhau, nên không so sánh được với nhau.",
        "en": "The two periods used different questionnaires, so they cannot be compared.",
    },
    "level-and-mix": {
        "vi": "Phần do phục vụ tốt hơn hay kém hơn được tách khỏi phần do cơ cấu hồ sơ khác trước; trước khi làm tròn, hai phần cộng lại đúng bằng mức thay đổi.",
        "en": "What comes from better or worse service is told apart from what comes from other kinds of cases; before rounding, the two add up to the change exactly.",
    },
    "mode": {
        "vi": "Mỗi hình thức trả lời là một cách đo khác: chênh lệch giữa hai hình thức không cho thấy ai được phục vụ tốt hơn.",
        "en": "Each way of answering is another measurement: a difference between two of them does not show who was served better.",
    },
    "invitation": {
        "vi": "Trong số phiếu trực tuyến: người được mời bằng mã QR tại quầy, qua liên kết hay tự mở trang không phải là những người như nhau, nên chênh lệch có thể do ai trả lời chứ không do được phục vụ ra sao.",
        "en": "Among online answers: those who scanned a code at the counter, followed a link or opened the page themselves are not the same people, so a difference may come from who answered and not from how they were served.",
    },
    "assisted": {
        "vi": "Có người giúp thì câu trả lời có thể khác, nhất là khi người giúp là cán bộ; phiếu có người giúp vẫn được tính và được nêu riêng ở đây.",
        "en": "Answers may differ where somebody helped, above all where it was staff; such answers count like all others and are shown apart here.",
    },
    "weighted": {
        "vi": "Kết quả được tính lại theo cơ cấu dân số đã biết, để nhóm trả lời ít không bị lấn át.",
        "en": "The answers were weighted to the known population, so that groups who answered less are not drowned out.",
    },
    "sample-size": {
        "vi": "Số người cần hỏi phụ thuộc vào độ chính xác mong muốn, không phụ thuộc nhiều vào dân số.",
        "en": "How many people to ask depends on the precision wanted, and little on the population.",
    },
    "reliability": {
        "vi": "Các câu hỏi của một yếu tố nhất quán với nhau đến mức nào: càng gần 1 càng nhất quán.",
        "en": "How far the questions of a factor agree with one another: the nearer to 1, the more.",
    },
    "driver": {
        "vi": "Yếu tố nào đi cùng với mức hài lòng chung nhiều nhất; điều này chưa chứng minh quan hệ nhân quả.",
        "en": "What goes with overall satisfaction most; this does not prove that it causes it.",
    },
    "case-mix": {
        "vi": "Kết quả của cơ quan nếu cơ quan phục vụ cùng một cơ cấu người dân như toàn tỉnh; chỉ dùng nội bộ.",
        "en": "The agency's result if it served the same mix of people as the whole province; for internal use only.",
    },
    "parts": {
        "vi": "Từng phần phiếu trả lời chỉ được công bố theo những tháng đã kết thúc và từ 10 người trở lên; phần nào có thể suy ra bằng phép trừ thì cũng không hiển thị.",
        "en": "Parts of the answers are told of months that are over, and of ten people or more; what would follow by subtraction is left out too.",
    },
}
