/**
 * What Brevo must hold, worked out from the sandbox's ground truth alone: the truth knows whom each row belongs to, so
 * this shares neither code nor method with the activation.
 */
import type { Sandbox } from '../../src/sandbox/index.ts';

export interface TruthRow {
  kind: 'meeting' | 'webinar';
  instance: string;
  series: string;
  topic: string;
  instance_start: string;
  email: string | null;
  name: string;
  status: 'attended' | 'absent';
  joins: number;
  seconds: number;
  first_join: string | null;
  visible: boolean;
  source: string | null;
}

interface RegistrantRow {
  kind: 'meeting' | 'webinar';
  series: string;
  email: string;
  name: string;
  status: string;
  create_time: string;
  source: string | null;
}

export interface Picture {
  /** By address: list ids and the mapped attributes. */
  contacts: Map<string, { lists: number[]; attributes: Record<string, unknown> }>;
  /** `name address instance-or-series`, each as often as it was received. */
  events: string[];
}

const LISTS = { meeting: 15, webinar: 16, registrants: 17 };
const ATTRIBUTES = [
  'FIRSTNAME',
  'MEETING_JOIN_DATE',
  'MEETING_DURATION',
  'WEBINAR_NAME',
  'ATTENDANCE_STATUS',
  'UTM_SOURCE',
];

export async function truthTable<Row>(box: Sandbox, table: string): Promise<Row[]> {
  const text = await (await fetch(`${box.url}/__sandbox/truth/${table}`)).text();
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Row);
}

/** What should be there for the range. */
export async function expected(box: Sandbox, since: number, until: number): Promise<Picture> {
  const inRange = ({ instance_start: start }: { instance_start: string }) =>
    Date.parse(start) >= since && Date.parse(start) < until;
  const attendance = (await truthTable<TruthRow>(box, 'attendance')).filter(
    (row) => row.visible && row.email !== null && inRange(row),
  );
  const instances = (await truthTable<TruthRow>(box, 'meetings')).filter(
    (row) => row.visible && inRange(row),
  );
  const registrants = (await truthTable<RegistrantRow>(box, 'registrants')).filter(
    ({ status }) => status === 'approved',
  );
  const events = new Set<string>();
  const stories = new Map<string, Story[]>();
  const tell = (email: string, story: Story) => {
    const list = stories.get(email);
    if (list) list.push(story);
    else stories.set(email, [story]);
  };
  for (const row of attendance) {
    const email = row.email as string;
    tell(email, { ...row, registered: false, at: Date.parse(row.instance_start) });
    if (row.status === 'attended') events.add(`${row.kind}_attended ${email} ${row.instance}`);
    else if (row.kind === 'webinar') events.add(`webinar_absent ${email} ${row.instance}`);
  }
  for (const row of registrants) {
    for (const instance of instances.filter(({ series }) => series === row.series)) {
      if (row.kind === 'webinar') events.add(`webinar_registered ${row.email} ${row.series}`);
      const told = stories.get(row.email)?.find((story) => story.instance === instance.instance);
      if (told) told.registered = true;
      // Registered when it was over already: neither there nor absent.
      else {
        tell(row.email, {
          ...instance,
          name: row.name,
          status: 'registered',
          seconds: 0,
          first_join: null,
          source: row.source,
          registered: true,
          at: Date.parse(instance.instance_start),
        });
      }
    }
  }
  const contacts: Picture['contacts'] = new Map();
  for (const [email, list] of stories) {
    const story = list.toSorted((a, b) => a.at - b.at || (a.instance < b.instance ? -1 : 1));
    contacts.set(email, { lists: listsOf(story), attributes: attributesOf(story) });
  }
  return { contacts, events: [...events].toSorted() };
}

interface Story {
  kind: 'meeting' | 'webinar';
  instance: string;
  topic: string;
  name: string;
  status: 'attended' | 'absent' | 'registered';
  seconds: number;
  first_join: string | null;
  source: string | null;
  registered?: boolean;
  at: number;
}

function listsOf(stories: readonly Story[]): number[] {
  const lists = new Set<number>();
  for (const { kind, status, registered } of stories) {
    if (status === 'attended') lists.add(LISTS[kind]);
    if (kind === 'webinar' && registered) lists.add(LISTS.registrants);
  }
  return [...lists].toSorted((a, b) => a - b);
}

function attributesOf(stories: readonly Story[]): Record<string, unknown> {
  const attributes: Record<string, unknown> = {};
  for (const { kind, topic, name, status, seconds, first_join: join, source } of stories) {
    if (name !== '') attributes['FIRSTNAME'] = name;
    attributes['ATTENDANCE_STATUS'] = status;
    if (kind === 'webinar') attributes['WEBINAR_NAME'] = topic;
    if (source) attributes['UTM_SOURCE'] = source;
    if (status === 'attended') {
      attributes['MEETING_DURATION'] = Math.round(seconds / 60);
      attributes['MEETING_JOIN_DATE'] = join?.slice(0, 10);
    }
  }
  return attributes;
}

interface BrevoContact {
  email: string;
  listIds: number[];
  attributes: Record<string, unknown>;
}
interface BrevoEvent {
  event_name: string;
  email: string | null;
  event_properties: Record<string, unknown>;
}

/** What is there: people of ours, and the events as often as they came. */
export async function actual(box: Sandbox, untouched: ReadonlySet<string> = new Set()): Promise<Picture> {
  const read = async <T>(name: string) =>
    (await (await fetch(`${box.url}/__sandbox/brevo/${name}`)).json()) as T[];
  const contacts: Picture['contacts'] = new Map();
  for (const { email, listIds, attributes } of await read<BrevoContact>('contacts')) {
    if (untouched.has(email)) continue;
    contacts.set(email, {
      lists: listIds.toSorted((a, b) => a - b),
      attributes: Object.fromEntries(
        ATTRIBUTES.flatMap((name) => (name in attributes ? [[name, attributes[name]]] : [])),
      ),
    });
  }
  const instanceOf = new Map(
    (await truthTable<TruthRow>(box, 'meetings')).map((row) => [
      `${row.series} ${row.instance_start}`,
      row.instance,
    ]),
  );
  const events = (await read<BrevoEvent>('events')).map(
    ({ event_name: name, email, event_properties: properties }) => {
      const series = String(properties['meeting_id']);
      const instance = instanceOf.get(`${series} ${String(properties['start_time'])}`);
      return `${name} ${email} ${name === 'webinar_registered' ? series : (instance ?? 'unknown instance')}`;
    },
  );
  return { contacts, events: events.toSorted() };
}

/** The differences in words, person by person; empty when both are the same. */
export function differences(want: Picture, have: Picture): string[] {
  const found: string[] = [];
  for (const [email, contact] of want.contacts) {
    const other = have.contacts.get(email);
    if (!other) found.push(`${email}: lost`);
    else if (JSON.stringify(sorted(contact)) !== JSON.stringify(sorted(other))) {
      found.push(`${email}: wanted ${JSON.stringify(sorted(contact))}, has ${JSON.stringify(sorted(other))}`);
    }
  }
  for (const email of have.contacts.keys()) if (!want.contacts.has(email)) found.push(`${email}: not wanted`);
  const count = new Map<string, number>();
  for (const event of want.events) count.set(event, (count.get(event) ?? 0) - 1);
  for (const event of have.events) count.set(event, (count.get(event) ?? 0) + 1);
  for (const [event, n] of count) {
    if (n < 0) found.push(`${event}: lost`);
    if (n > 0) found.push(`${event}: ${n} too many`);
  }
  return found;
}

function sorted({ lists, attributes }: { lists: number[]; attributes: Record<string, unknown> }) {
  return {
    lists,
    attributes: Object.fromEntries(Object.entries(attributes).toSorted(([a], [b]) => (a < b ? -1 : 1))),
  };
}
