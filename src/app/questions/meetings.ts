import { sideBySide } from '../../activate/side-by-side.ts';
import type { Connector } from '../../core/connector.ts';
import { ConnectorError } from '../../core/errors.ts';
import type { Host, Instance, PeopleSource, Skip } from '../../core/people.ts';
import type { Session } from '../../http/session.ts';
import type { App } from '../app.ts';

/** Hosts whose lists are read for one question. More would cost an account minutes and much of its limits. */
export const MOST_HOSTS = 200;
/** Hosts that are asked about at once; the budgets set the pace. */
const WIDTH = 8;
/** A list of hosts that is older than this is read anew, in milliseconds. */
const FRESH_MS = 5 * 60_000;

/** Which meetings; all conditions that are given must hold. */
export interface MeetingQuery {
  connection: string;
  /** Began at or after, and before; milliseconds since the epoch. */
  since: number;
  until: number;
  kind?: Instance['kind'];
  /** Part of the topic, in any case. */
  topic?: string;
  /** Address of the host, or part of the host's name. */
  host?: string;
}

/** Meetings that were held, newest first, and what could not be looked at. */
export interface FoundMeetings {
  meetings: Instance[];
  skips: Skip[];
}

/** Meetings and webinars that were held in a range of time, read from the system itself. */
export async function findMeetings(app: App, query: MeetingQuery): Promise<FoundMeetings> {
  const { session, people } = await peopleOf(app, query.connection);
  const { since, until, kind, topic = '' } = query;
  const kinds: Instance['kind'][] = kind ? [kind] : ['meeting', 'webinar'];
  const found = new Map<string, Instance>();
  const skips: Skip[] = [];
  await sideBySide(await chosenHosts(session, people, query.host), WIDTH, async (host) => {
    const read = await people.instances(session, host, { since, until }, kinds);
    for (const instance of read.instances) found.set(instance.id, instance);
    skips.push(...read.skips);
  });
  const wanted = topic.toLowerCase();
  const meetings = [...found.values()]
    .filter((one) => one.topic.toLowerCase().includes(wanted))
    .toSorted((a, b) => b.startedAt.localeCompare(a.startedAt) || a.id.localeCompare(b.id));
  return { meetings, skips };
}

/**
 * One meeting by the id of the instance, or the latest of a meeting number.
 * @throws ConnectorError of kind `not-found` when there is none
 */
export async function meetingOf(app: App, connection: string, id: string): Promise<Instance> {
  const { session, people } = await peopleOf(app, connection);
  // Numbers are often written in groups, as Zoom shows them.
  const plain = /^[\d\s-]+$/.test(id) ? id.replaceAll(/\D/g, '') : id;
  const instance = await people.instance?.(session, plain);
  if (instance) return instance;
  throw new ConnectorError(`${session.connector.title} has no meeting or webinar ${id} that was held`, {
    kind: 'not-found',
    connector: session.connector.id,
    hint: 'Find its id with find_meetings. One that has not ended yet, or was deleted, cannot be looked into.',
  });
}

/** A connection whose system holds meetings, with the source of their people. */
export async function peopleOf(
  app: App,
  connection: string,
): Promise<{ session: Session; people: PeopleSource; connector: Connector }> {
  const session = await app.session(connection);
  const { connector } = session;
  if (connector.people) return { session, people: connector.people, connector };
  throw new ConnectorError(`${connector.title} holds no meetings`, {
    kind: 'input',
    connector: connector.id,
    hint: 'Ask a connection whose system does, such as zoom.',
  });
}

const held = new WeakMap<Session, { at: number; hosts: Promise<Host[]> }>();

/** Everybody of an account; read again when it was some minutes ago. */
export function hostsOf(session: Session, people: PeopleSource): Promise<Host[]> {
  const before = held.get(session);
  if (before && session.now() - before.at < FRESH_MS) return before.hosts;
  const hosts = readHosts(session, people);
  held.set(session, { at: session.now(), hosts });
  hosts.catch(() => held.delete(session));
  return hosts;
}

async function readHosts(session: Session, people: PeopleSource): Promise<Host[]> {
  const hosts: Host[] = [];
  for await (const { rows } of people.hosts(session)) hosts.push(...rows);
  return hosts;
}

/**
 * The hosts that a question is about.
 * @throws ConnectorError of kind `input` when nobody fits, or too many do
 */
export async function chosenHosts(
  session: Session,
  people: PeopleSource,
  wanted: string | undefined,
): Promise<Host[]> {
  const all = await hostsOf(session, people);
  const text = wanted?.trim().toLowerCase() ?? '';
  const exact = all.filter(({ email }) => email === text);
  const chosen =
    exact.length > 0
      ? exact
      : all.filter(({ email, name }) => email.includes(text) || name.toLowerCase().includes(text));
  if (chosen.length === 0 && text !== '') {
    throw new ConnectorError(`nobody in ${session.connector.title} is called '${wanted}'`, {
      kind: 'input',
      connector: session.connector.id,
      hint: 'Give the address of the host, or part of the name.',
    });
  }
  if (chosen.length <= MOST_HOSTS) return chosen;
  throw new ConnectorError(`that is about ${chosen.length} hosts; one question may be about ${MOST_HOSTS}`, {
    kind: 'input',
    connector: session.connector.id,
    hint: 'Name the host. For everybody at once, bring the data over: trunkline extract.',
  });
}
