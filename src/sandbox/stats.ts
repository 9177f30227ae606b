/** Counts what came in, so that a test can hold a client to the limits from outside. */
import type { SandboxAnswer } from './types.ts';

/** The simulated systems, by the names that control requests use. */
export const SYSTEMS = ['zoom', 'brevo', 'shop', 'desk'] as const;

export type SystemName = (typeof SYSTEMS)[number];

/** Highest number of calls in one second, counted in both shapes. */
class Peaks {
  fixed = 0;
  sliding = 0;
  #second = 0;
  #inSecond = 0;
  #recent: number[] = [];
  #gone = 0;

  add(now: number): void {
    const second = Math.floor(now / 1000);
    this.#inSecond = second === this.#second ? this.#inSecond + 1 : 1;
    this.#second = second;
    this.fixed = Math.max(this.fixed, this.#inSecond);
    this.#recent.push(now);
    while ((this.#recent[this.#gone] ?? now) <= now - 1000) this.#gone++;
    this.sliding = Math.max(this.sliding, this.#recent.length - this.#gone);
    if (this.#gone > 1024) {
      this.#recent = this.#recent.slice(this.#gone);
      this.#gone = 0;
    }
  }
}

interface LabelCount {
  calls: number;
  peaks: Peaks;
  tooMany: Record<string, number>;
}

interface SystemCount {
  calls: number;
  operations: Record<string, number>;
  labels: Map<string, LabelCount>;
  errors: Record<string, number>;
  faults: Record<string, number>;
  tallies: Record<string, number>;
}

const UNKNOWN = 'unknown operation';

/** All counts since the start or the last reset. */
export class Stats {
  #systems = empty();

  /** Counts one call at the time of its arrival; `fault` when its answer was spoilt on purpose. */
  record(system: SystemName, answer: SandboxAnswer, now: number, fault?: string): void {
    const count = this.#systems[system];
    count.calls++;
    bump(count.operations, answer.operation ?? UNKNOWN);
    if (answer.tally !== undefined) bump(count.tallies, answer.tally);
    if (fault !== undefined) bump(count.faults, fault);
    const label = answer.label === undefined ? undefined : labelOf(count, answer.label);
    if (label !== undefined) {
      label.calls++;
      label.peaks.add(now);
    }
    if (answer.status === 429) {
      const tooMany = label ?? labelOf(count, 'none');
      bump(tooMany.tooMany, fault === '429' ? 'fault' : (answer.headers?.['x-ratelimit-type'] ?? 'limit'));
    } else if (answer.status >= 400) bump(count.errors, String(answer.status));
  }

  reset(): void {
    this.#systems = empty();
  }

  /** Plain data for `GET /__sandbox/stats`. */
  toJSON(): Record<SystemName, unknown> {
    const { zoom, brevo, shop, desk } = this.#systems;
    return { zoom: plain(zoom), brevo: plain(brevo), shop: plain(shop), desk: plain(desk) };
  }
}

function plain({ calls, operations, labels, errors, faults, tallies }: SystemCount): unknown {
  const entries = [...labels].map(([name, { calls: n, peaks, tooMany }]) => {
    return [name, { calls: n, peakFixedSecond: peaks.fixed, peakSlidingSecond: peaks.sliding, tooMany }];
  });
  return { calls, operations, labels: Object.fromEntries(entries), errors, faults, tallies };
}

function labelOf(count: SystemCount, name: string): LabelCount {
  let label = count.labels.get(name);
  if (label === undefined) {
    label = { calls: 0, peaks: new Peaks(), tooMany: {} };
    count.labels.set(name, label);
  }
  return label;
}

function bump(counts: Record<string, number>, key: string): void {
  counts[key] = (counts[key] ?? 0) + 1;
}

function empty(): Record<SystemName, SystemCount> {
  return { zoom: emptySystem(), brevo: emptySystem(), shop: emptySystem(), desk: emptySystem() };
}

function emptySystem(): SystemCount {
  return { calls: 0, operations: {}, labels: new Map(), errors: {}, faults: {}, tallies: {} };
}
