/** Lists of registrants: of meetings, webinars and, as absentees, of past webinars (FACTS G, items 11, 20, 24). */
import { type Call, choice, list } from './call.ts';
import { QUESTIONS, type Registrant } from './registrants.ts';
import type { SandboxAnswer } from '../types.ts';
import type { Series } from './schedule.ts';
import { iso } from './time.ts';

const STATUSES = ['approved', 'pending', 'denied'] as const;

/** One status per call; who cancelled is in none of them. */
export function registrantList(call: Call, series: Series, all: readonly Registrant[]): SandboxAnswer {
  const status = choice(call, 'status', STATUSES, 'approved');
  if (typeof status !== 'string') return status;
  const rows = all.filter((one) => one.status === status);
  return list(call, { key: 'registrants' }, rows, (one) => registrantRow(one, series));
}

/** Answers to the number of employees: what may be written is not what is read (FACTS F, gotcha 27). */
const EMPLOYEES: Readonly<Record<string, string>> = { '101-500': '251-500', '500-1,000': '501-1,000' };

/** One registrant, with empty strings where the form was left empty. */
export function registrantRow(one: Registrant, series: Series): Record<string, unknown> {
  const path = series.kind === 'webinar' ? 'w' : 'j';
  return {
    id: one.id,
    email: one.email,
    first_name: one.person.first,
    last_name: one.person.last,
    address: '',
    city: '',
    comments: '',
    country: '',
    custom_questions: QUESTIONS.map((title, i) => ({ title, value: one.answers[i] ?? '' })),
    industry: '',
    job_title: one.jobTitle,
    no_of_employees: '',
    org: one.org,
    phone: '',
    purchasing_time_frame: '',
    role_in_purchase_process: '',
    state: '',
    zip: '',
    ...formOf(one),
    status: one.status,
    create_time: iso(one.created),
    join_url: `https://acme.zoom.example/${path}/${series.id}?tk=${one.id}`,
  };
}

/** What the API was sent, in the words of the lists. */
function formOf({ form }: Registrant): Readonly<Record<string, unknown>> {
  if (form === undefined) return {};
  const employees = form['no_of_employees'];
  const shown = typeof employees === 'string' ? (EMPLOYEES[employees] ?? employees) : '';
  return { custom_questions: [], job_title: '', org: '', ...form, no_of_employees: shown };
}
