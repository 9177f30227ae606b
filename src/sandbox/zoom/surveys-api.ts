/** The library of surveys: what they ask, where, and what was answered (Accounts document, "Survey management"). */
import type { SandboxAnswer } from '../types.ts';
import { bareList } from './bare-list.ts';
import { type Call, decode, isAnswer, param } from './call.ts';
import { invalidField, zoomError } from './errors.ts';
import type { Form } from './forms.ts';
import {
  type Submission,
  type Survey,
  optionId,
  questionId,
  submissions,
  surveyInstances,
  surveys,
} from './surveys.ts';

const STARS = ['1', '2', '3', '4', '5'];

/** All surveys. */
export function listSurveys(call: Call): SandboxAnswer {
  return bareList(call, { key: 'surveys', counts: 'none' }, surveys(call.world), ({ form }) => ({
    survey_id: form.id,
    survey_name: form.title,
    survey_type: 'survey',
  }));
}

/** One survey with its questions. */
export function getSurvey(call: Call): SandboxAnswer {
  const survey = findSurvey(call);
  if (isAnswer(survey)) return survey;
  const { form } = survey;
  const json = { ...headOf(form), published: true, survey_questions: questionsOf(form, Number) };
  return { status: 200, json };
}

/** Each time it was put. */
export function listSurveyInstances(call: Call): SandboxAnswer {
  const survey = findSurvey(call);
  if (isAnswer(survey)) return survey;
  const { form, series } = survey;
  const all = surveyInstances(survey, call.now);
  const found = ofInstance(call, all, ({ uuid }) => uuid);
  if (isAnswer(found)) return found;
  const answered = new Set(submissions(call.world, survey, call.now).map((one) => one.instance.uuid));
  return bareList(call, { key: 'survey_instances', counts: 'none' }, found, ({ uuid }) => ({
    instance_id: uuid,
    instance_name: series.topic,
    product_type: series.kind,
    has_response: answered.has(uuid),
    ...headOf(form),
    survey_questions: questionsOf(form, String),
    ...(series.kind === 'meeting' ? { meeting_id: String(series.id) } : {}),
  }));
}

/** What people answered, by the time at which they sent it. */
export function listSurveyAnswers(call: Call): SandboxAnswer {
  const survey = findSurvey(call);
  if (isAnswer(survey)) return survey;
  const [from, to] = ['submit_time_start', 'submit_time_end'].map((name) => {
    const text = call.query.get(name) ?? '';
    return text === '' ? undefined : Date.parse(text);
  });
  if (Number.isNaN(from)) return invalidField('submit_time_start');
  if (Number.isNaN(to)) return invalidField('submit_time_end');
  const known = surveyInstances(survey, call.now);
  const instances = ofInstance(call, known, ({ uuid }) => uuid);
  if (isAnswer(instances)) return instances;
  const all = submissions(call.world, survey, call.now)
    .filter((one) => instances.includes(one.instance))
    .filter((one) => one.at >= (from ?? -Infinity) && one.at <= (to ?? Infinity));
  return bareList(call, { key: 'survey_answers', counts: 'none' }, all, (one) => answerRow(survey.form, one));
}

function answerRow(form: Form, { instance, at, replies }: Submission): Record<string, unknown> {
  const [first] = replies;
  return {
    // Nameless where the survey is (SPEC).
    email: form.anonymous ? '' : (first?.email ?? ''),
    name: form.anonymous ? '' : (first?.name ?? ''),
    instance_id: instance.uuid,
    submit_time: new Date(at).toISOString(),
    anonymous: form.anonymous,
    questions: replies.map((reply) => {
      const turn = form.questions.indexOf(reply.question);
      const choices = choicesOf(form, turn);
      return {
        question_id: questionId(form, turn),
        question_answers:
          choices.length === 0
            ? [{ answer: reply.answer }]
            : choices.flatMap((choice, i) =>
                choice === reply.answer ? [{ option_id: optionId(form, turn, i), answer: choice }] : [],
              ),
      };
    }),
  };
}

/** The rows of the one instance that `instance_id` names; once- and twice-encoded ones are understood. */
function ofInstance<T extends object>(
  call: Call,
  all: readonly T[],
  uuid: (one: T) => string,
): readonly T[] | SandboxAnswer {
  const asked = call.query.get('instance_id') ?? '';
  if (asked === '') return all;
  const found = all.filter((one) => uuid(one) === asked || uuid(one) === decode(asked));
  return found.length === 0 ? zoomError(400, 6703, 'Invalid parameter survey instance id.') : found;
}

function findSurvey(call: Call): Survey | SandboxAnswer {
  const id = decode(param(call, 'surveyId'));
  const found = surveys(call.world).find((one) => one.form.id === id);
  return found ?? zoomError(404, 6701, 'Invalid parameter survey id.');
}

function headOf(form: Form): Record<string, unknown> {
  return {
    survey_id: form.id,
    survey_name: form.title,
    survey_type: 'survey',
    anonymous: form.anonymous,
  };
}

/** The order of an option is a number in the survey and a text in its instances. */
function questionsOf(form: Form, order: (place: number) => number | string): Record<string, unknown>[] {
  return form.questions.map((question, turn) => ({
    question_id: questionId(form, turn),
    question_name: question.name,
    question_order: turn + 1,
    question_type: question.type,
    required: turn === 0,
    options: choicesOf(form, turn).map((choice, i) => ({
      option_id: optionId(form, turn, i),
      option_value: choice,
      option_order: order(i + 1),
    })),
  }));
}

function choicesOf({ questions }: Form, turn: number): readonly string[] {
  const question = questions[turn];
  if (question === undefined) return [];
  return question.type === 'rating_scale' ? STARS : question.answers;
}
