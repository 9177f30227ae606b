import type { EventLane, PeopleLane, PersonEvent, PersonUpdate } from '../core/audience.ts';
import type { BudgetTable } from '../core/budget.ts';

const HOUR = 3600_000;

/** Share of an hour's budget that so many submissions of a lane use up, in its scarcest label. */
export type Price = (calls: Readonly<Record<string, number>>) => number;

/** Prices by what a connection may do in an hour: the label that lasts shortest decides. */
export function pricer(budgets: BudgetTable, plan: string, fallback: string): Price {
  const table = Object.keys(budgets[plan] ?? {}).length > 0 ? budgets[plan] : budgets[fallback];
  const hourly = (label: string): number =>
    Math.min(...(table?.[label]?.windows ?? []).map(({ limit, perMs }) => (limit * HOUR) / perMs));
  return (calls) => Math.max(0, ...Object.entries(calls).map(([label, n]) => n / hourly(label)));
}

/** People who go over in one call. */
export interface Submission {
  lane: PeopleLane;
  people: PersonUpdate[];
}

/** A person to bring over, and whether he is there already. */
export interface PlannedPerson {
  update: PersonUpdate;
  known: boolean;
  /** Of what the ledger has of it: what is sent must still be what is planned. */
  hash: string;
}

/** Splits people into submissions by what is cheapest: together if they share their lists, else known or new. */
export function planSubmissions(
  lanes: readonly PeopleLane[],
  people: readonly PlannedPerson[],
  price: Price,
): Submission[] {
  const shared = lanes.find((lane) => lane.sharedLists);
  const submissions: Submission[] = [];
  // Together people are only put on lists, not taken off.
  const rest = people.filter(({ update }) => update.leaves?.length);
  for (const group of groupByLists(people.filter(({ update }) => !update.leaves?.length))) {
    const together = shared && (group[0]?.update.lists.length ?? 0) > 0 ? chunk(shared, group) : [];
    if (together.length > 0 && price(callsOf(together)) < price(callsApart(lanes, group, price))) {
      submissions.push(...together);
    } else rest.push(...group);
  }
  return [...submissions, ...planApart(lanes, rest, price)];
}

/** The cheapest way for people whose lists differ. */
function planApart(
  lanes: readonly PeopleLane[],
  people: readonly PlannedPerson[],
  price: Price,
): Submission[] {
  // Whoever is left over alone goes by the lane that takes anybody: its refusals say more.
  const single = lanes.find(({ maxPeople, knownOnly }) => maxPeople === 1 && !knownOnly);
  return [true, false].flatMap((known) => {
    const lane = cheapestApart(lanes, known, price);
    if (!lane) return [];
    const group = people.filter((person) => person.known === known);
    return chunk(lane, group).map((part) =>
      part.people.length === 1 && single ? { ...part, lane: single } : part,
    );
  });
}

/** The calls of that way, without making its parts: those of a large group would only be thrown away. */
function callsApart(lanes: readonly PeopleLane[], people: readonly PlannedPerson[], price: Price) {
  const knownPeople = people.filter(({ known }) => known).length;
  const parts = [true, false].flatMap((known) => {
    const lane = cheapestApart(lanes, known, price);
    const n = known ? knownPeople : people.length - knownPeople;
    return lane ? [{ lane, times: Math.ceil(n / lane.maxPeople) }] : [];
  });
  return sumCalls(parts);
}

function cheapestApart(lanes: readonly PeopleLane[], known: boolean, price: Price): PeopleLane | undefined {
  return lanes
    .filter((lane) => !lane.sharedLists && (known || !lane.knownOnly))
    .toSorted((a, b) => price(a.calls) / a.maxPeople - price(b.calls) / b.maxPeople)[0];
}

function chunk(lane: PeopleLane, people: readonly PlannedPerson[]): Submission[] {
  return cut(
    people.map(({ update }) => update),
    lane.maxPeople,
    lane.maxBytes,
  ).map((part) => ({ lane, people: part }));
}

function callsOf(submissions: readonly Submission[]): Record<string, number> {
  return sumCalls(submissions.map(({ lane }) => ({ lane, times: 1 })));
}

function sumCalls(parts: readonly { lane: PeopleLane; times: number }[]): Record<string, number> {
  const sums: Record<string, number> = {};
  for (const { lane, times } of parts) {
    for (const [label, n] of Object.entries(lane.calls)) sums[label] = (sums[label] ?? 0) + n * times;
  }
  return sums;
}

function groupByLists(people: readonly PlannedPerson[]): PlannedPerson[][] {
  const groups = new Map<string, PlannedPerson[]>();
  for (const person of people) {
    const key = person.update.lists.join(',');
    const group = groups.get(key);
    if (group) group.push(person);
    else groups.set(key, [person]);
  }
  return [...groups.values()];
}

/** Events in parts that the largest lane takes; a single one goes by the lane for single ones. */
export function planEvents<E extends PersonEvent>(
  lanes: readonly EventLane[],
  events: readonly E[],
): { lane: EventLane; events: E[] }[] {
  const largest = largestOf(lanes);
  const single = lanes.find((lane) => lane.maxEvents === 1);
  if (!largest) return [];
  return cut(events, largest.maxEvents, largest.maxBytes).map((part) => ({
    lane: part.length === 1 && single ? single : largest,
    events: part,
  }));
}

/** Counts the calls that events will take, one by one, without holding them. */
export function eventCallCounter(lanes: readonly EventLane[]) {
  const largest = largestOf(lanes);
  const opensPart = partition(largest?.maxEvents ?? 1, largest?.maxBytes ?? 0);
  const calls: Record<string, number> = {};
  return {
    calls,
    add: (event: PersonEvent): void => {
      if (!opensPart(event)) return;
      for (const [label, n] of Object.entries(largest?.calls ?? {})) calls[label] = (calls[label] ?? 0) + n;
    },
  };
}

function largestOf(lanes: readonly EventLane[]): EventLane | undefined {
  return lanes.toSorted((a, b) => b.maxEvents - a.maxEvents)[0];
}

function cut<T>(items: readonly T[], maxItems: number, maxBytes: number): T[][] {
  const opensPart = partition(maxItems, maxBytes);
  const parts: T[][] = [];
  for (const item of items) {
    if (opensPart(item)) parts.push([item]);
    else parts.at(-1)?.push(item);
  }
  return parts;
}

/** Says of one item after the other whether it begins a new part. */
function partition(maxItems: number, maxBytes: number): (item: unknown) => boolean {
  let count = 0;
  let bytes = 0;
  return (item) => {
    // What goes on the wire carries a few more names than our own form: 96 bytes are more than enough for them.
    const size = Buffer.byteLength(JSON.stringify(item)) + 96;
    const opens = count === 0 || count >= maxItems || bytes + size > maxBytes;
    count = opens ? 1 : count + 1;
    bytes = opens ? size : bytes + size;
    return opens;
  };
}
