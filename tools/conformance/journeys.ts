import type { Audience } from '../../src/core/audience.ts';
import { ConnectorError } from '../../src/core/errors.ts';
import type { PeopleSource } from '../../src/core/people.ts';
import type { Driven } from './drive.ts';
import { driveStreams } from './extraction.ts';
import type { Findings } from './finding.ts';

const DAY = 86_400_000;

/**
 * Everything of a connector that makes requests beside its actions: what it calls is checked on the wire. Says what the
 * sandbox does not simulate.
 */
export async function driveJourneys(driven: Driven, findings: Findings): Promise<string[]> {
  const { connector, recorder } = driven;
  const run = async (name: string, journey: () => Promise<void>): Promise<void> => {
    recorder.by = name;
    try {
      await journey();
    } catch (error) {
      if (!(error instanceof ConnectorError)) throw error;
      findings.add({
        check: 'coverage',
        operation: `${connector.id} ${name}`,
        member: 'journey',
        expected: 'to come to its end',
        got: error.message,
        by: name,
      });
    }
  };
  const { people, audience } = connector;
  if (people) await run('people', () => meetPeople(driven, people));
  if (audience) await run('audience', () => fillAudience(driven, audience));
  let missing: string[] = [];
  await run('streams', async () => void (missing = await driveStreams(driven, findings)));
  return missing;
}

async function meetPeople({ session, now }: Driven, people: PeopleSource): Promise<void> {
  const range = { since: now - 60 * DAY, until: now };
  for await (const { rows } of people.hosts(session)) {
    for (const host of rows) {
      const { instances } = await people.instances(session, host, range, ['meeting', 'webinar']);
      for (const instance of instances) await people.people(session, instance, { sources: true });
    }
  }
}

async function fillAudience({ session, truth, now }: Driven, audience: Audience): Promise<void> {
  const { attributes } = await audience.schema(session);
  const types = ['text', 'number', 'date'] as const;
  for (const type of types)
    await audience.createAttribute(session, `CONFORMANCE_${type.toUpperCase()}`, type);
  const list = await audience.createList(session, 'Conformance');
  const known = (await truth('contacts')).map(({ email }) => String(email)).slice(0, 3);
  const values = { CONFORMANCE_TEXT: 'Launch', CONFORMANCE_NUMBER: 42, CONFORMANCE_DATE: '2026-10-05' };
  const named = attributes.has('FIRSTNAME') ? { ...values, FIRSTNAME: 'Ada' } : values;
  for (const lane of audience.people) {
    const emails = lane.knownOnly ? known : [`${lane.name}@example.org`, ...known];
    const persons = emails.map((email) => ({ email, attributes: named, lists: [list] }));
    const size = Math.min(lane.maxPeople, persons.length);
    for (let i = 0; i < persons.length; i += size) await lane.submit(session, persons.slice(i, i + size));
  }
  await audience.known(session, [...known, 'nobody@example.org']);
  const at = new Date(now).toISOString();
  for (const lane of audience.events) {
    const events = known.slice(0, lane.maxEvents).map((email, i) => ({
      name: 'conformance',
      email,
      at,
      properties: { topic: 'Launch', minutes: i },
      key: `${lane.name}-${i}`,
    }));
    await lane.submit(session, events);
  }
  const day = (shift: number): string => new Date(now + shift * DAY).toISOString().slice(0, 10);
  await audience.findEvents(session, 'conformance', day(-1), day(1));
}
