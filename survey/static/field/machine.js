/* What may follow what, from the table that the service sends (survey/disposition.py). Pure. */

/** Where a unit stands after visits that ended so, in their order. */
export const standing = (visits) => visits.at(-1) ?? "not_attempted";

/** The ends that a visit to a unit may have now. */
export const possible = (table, visits) => table[standing(visits)].next;

/** Whether somebody can be interviewed there now. */
export const askable = (table, visits) => possible(table, visits).some((each) => table[each].answered);

/** Whether no visit follows. */
export const finished = (table, visits) => table[standing(visits)].final;

const UNANSWERED = ["refused", "not_asked"];

/** How many of the criteria are answered: a reason for giving none is an answer, a refusal is not. */
export function answeredOf(criteria, answers) {
  return criteria.filter((code) => answers[code] !== undefined && !UNANSWERED.includes(answers[code])).length;
}

/** What an interview is that ends with these answers. */
export function ended(criteria, answers, limits) {
  const share = criteria.length ? answeredOf(criteria, answers) / criteria.length : 0;
  if (share >= limits.complete) return "complete";
  return share >= limits.partial ? "partial" : "broken_off";
}

/** The ends other than an interview, by what they have in common, in the order they are offered. */
export function offered(table, visits) {
  const groups = { contact: ["NC", "UH", "UO"], refusal: ["R"], other: ["O", "NE"] };
  const open = possible(table, visits).filter((each) => !table[each].answered);
  return Object.entries(groups)
    .map(([name, letters]) => [name, open.filter((each) => letters.includes(table[each].group))])
    .filter(([, ends]) => ends.length);
}
