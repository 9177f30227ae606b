/** Rows of things to which Zoom gives no id: answers, questions and viewings, mostly nested below people. */
import type { JsonObject } from '../../../core/stream.ts';
import { moment, text } from './columns.ts';
import { fingerprint, withFingerprint } from './rows.ts';

const asked = { row_key: text, question: text, answer: text, name: text, email: text, start_time: moment };

/** Members of `pollAnswers`; `start_time` is that of the meeting or webinar. */
export const pollColumns = { ...asked, polling_id: text, date_time: moment };
/** Members of `askedQuestions`. */
export const questionColumns = asked;
/** Members of `surveyAnswers`. */
export const surveyColumns = {
  ...asked,
  survey_id: text,
  survey_name: text,
  question_id: text,
  first_name: text,
  last_name: text,
  date_time: moment,
};

/** Answers to polls, out of `questions[].question_details[]`. */
export function pollAnswers(report: JsonObject): readonly JsonObject[] {
  return keyed(details(report, 'questions', 'question_details'), [
    'polling_id',
    'question',
    'email',
    'name',
    'date_time',
  ]);
}

/** Questions of Q&A with their answers. What is answered later must not make another row of a question. */
export function askedQuestions(report: JsonObject): readonly JsonObject[] {
  return keyed(details(report, 'questions', 'question_details'), [
    'question_id',
    'question',
    'email',
    'name',
    'create_time',
  ]);
}

/** Answers to surveys, out of `survey_answers[].answer_details[]`. */
export function surveyAnswers(report: JsonObject): readonly JsonObject[] {
  const { survey_id, survey_name } = report;
  const rows = details(report, 'survey_answers', 'answer_details');
  return keyed(
    rows.map((row) => ({ survey_id, survey_name, ...row })),
    ['survey_id', 'question_id', 'question', 'email', 'name', 'date_time'],
  );
}

/** One viewing or download of a recording. */
export const viewing = withFingerprint('row_key', ['date_time', 'email', 'name', 'duration']);

/** Questions of a registration form: Zoom's own fields, and those that the host added. */
export function formQuestions(form: JsonObject): readonly JsonObject[] {
  const own = objects(form['questions']).map(({ field_name, ...more }) => ({
    question: field_name,
    custom: false,
    ...more,
  }));
  const added = objects(form['custom_questions']).map(({ title, ...more }) => ({
    question: title,
    custom: true,
    ...more,
  }));
  return keyed([...own, ...added], ['custom', 'question']);
}

function details(report: JsonObject, people: string, inner: string): JsonObject[] {
  return objects(report[people]).flatMap(({ [inner]: entries, ...person }) =>
    objects(entries).map((entry) => ({ start_time: report['start_time'], ...person, ...entry })),
  );
}

/**
 * Gives each row a `row_key` made of the members that tell it apart: short, as questions of a thousand letters do not
 * fit into the index of a database. Rows alike in all of them, such as those of anonymous people in one second, are
 * numbered; in an order of their own, so that they keep their numbers when Zoom lists them in another.
 */
function keyed(rows: readonly JsonObject[], members: readonly string[]): JsonObject[] {
  const seen = new Map<string, number>();
  return rows
    .map((row) => ({ row, text: JSON.stringify(row) }))
    .toSorted((a, b) => (a.text < b.text ? -1 : Number(a.text > b.text)))
    .map(({ row }) => {
      const print = fingerprint(row, members);
      const number = (seen.get(print) ?? 0) + 1;
      seen.set(print, number);
      return { row_key: number === 1 ? print : `${print}.${number}`, ...row };
    });
}

function objects(value: unknown): JsonObject[] {
  return Array.isArray(value) ? value.filter((one) => typeof one === 'object' && one !== null) : [];
}
