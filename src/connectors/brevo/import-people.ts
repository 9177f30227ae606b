import type { PersonOutcome, PersonUpdate } from '../../core/audience.ts';
import { ConnectorError } from '../../core/errors.ts';
import type { Reader } from '../../core/reader.ts';
import { describe, fieldErrors } from '../../core/schema.ts';
import * as contacts from './contacts.ts';
import * as processes from './processes.ts';
import { done, isRefusal, mutable, toContact } from './wire-people.ts';

/** People of one batch: no limit is documented, and a refusal costs the whole batch, so it stays moderate. */
export const BATCH = 200;
/** How long an import may take, in milliseconds, before the run goes on without it; our choice. */
const PATIENCE = 3600_000;

/** Refuses by name whom the check of a call would refuse, so that the others need not be sent in ever smaller parts. */
export function sift(people: readonly PersonUpdate[]): { fit: PersonUpdate[]; refused: PersonOutcome[] } {
  const fit: PersonUpdate[] = [];
  const refused: PersonOutcome[] = [];
  for (const person of people) {
    const checked = contacts.upsert.input.safeParse(toContact(person));
    if (checked.success) fit.push(person);
    else
      refused.push({ email: person.email, state: 'refused', reason: describe(fieldErrors(checked.error)) });
  }
  return { fit, refused };
}

/** Imports people, waits until Brevo is done, and finds out whom it left out. */
export async function importPeople(reader: Reader, all: readonly PersonUpdate[]): Promise<PersonOutcome[]> {
  const { fit: people, refused } = sift(all);
  if (people.length === 0) return refused;
  const { processId } = await reader.call(contacts.importMany, {
    contacts: people.map(({ email, attributes: values }) => ({ email, attributes: mutable(values) })),
    listIds: [...(people[0]?.lists ?? [])],
  });
  const deadline = reader.now() + PATIENCE;
  // Every look costs one of 100 calls an hour: wait about as long as Brevo needs, then longer each time.
  for (let wait = 1000 + people.length / 10; ; wait = Math.min(wait * 2, 60_000)) {
    await reader.sleep(wait);
    const { status, info } = await reader.call(processes.get, { processId });
    if (status === 'completed') return [...refused, ...(await outcomes(reader, people, info?.import ?? {}))];
    const late = reader.now() > deadline;
    if (status === 'failed' || status === 'cancelled' || late) {
      throw new ConnectorError(
        late
          ? `Brevo has not finished the import ${processId} of ${people.length} people: it is '${status}'`
          : `Brevo ended the import ${processId} of ${people.length} people as '${status}'`,
        {
          kind: 'remote',
          retry: 'later',
          outcome: 'unknown',
          connector: 'brevo',
          action: 'contacts.importMany',
          hint: 'Run it again: an import may be repeated without harm.',
        },
      );
    }
  }
}

/** Brevo says that it left people out, as a number or as the address of a list, but not whom. The others are there. */
async function outcomes(
  reader: Reader,
  people: readonly PersonUpdate[],
  report: Readonly<Record<string, unknown>>,
): Promise<PersonOutcome[]> {
  const values = Object.values(report);
  const counted = values.some((value) => typeof value === 'number' && value > 0);
  const listed = values.some((value) => typeof value === 'string' && value !== '');
  if (!counted && !listed) return people.map(done);
  const found: PersonOutcome[] = [];
  for (let i = 0; i < people.length; i += BATCH) {
    found.push(...(await narrowDown(reader, people.slice(i, i + BATCH))));
  }
  if (!counted || found.some(({ state }) => state === 'refused')) return found;
  // A batch may pass over its bad members in silence (Brevo FACTS 4): then only one by one tells.
  const each: PersonOutcome[] = [];
  for (const person of people) each.push(...(await narrowDown(reader, [person])));
  return each;
}

/** Finds those whom Brevo refuses, in as few calls as possible: a batch fails when one of its members does. */
async function narrowDown(reader: Reader, people: readonly PersonUpdate[]): Promise<PersonOutcome[]> {
  const [only] = people;
  try {
    if (only && people.length === 1) await reader.call(contacts.upsert, toContact(only));
    else await reader.call(contacts.updateMany, { contacts: people.map(toContact) });
    return people.map(done);
  } catch (error) {
    if (!isRefusal(error)) throw error;
    if (only && people.length === 1) {
      return [{ email: only.email, state: 'refused', reason: error.message }];
    }
  }
  const middle = Math.ceil(people.length / 2);
  return [
    ...(await narrowDown(reader, people.slice(0, middle))),
    ...(await narrowDown(reader, people.slice(middle))),
  ];
}
