import type { KnownDeviation } from './known-deviations.ts';

/** Which of the checks found it: a request of ours, an answer of the sandbox, and so on. */
export type Check = 'request' | 'declaration' | 'answer' | 'error' | 'sample' | 'output' | 'coverage';

/** One place where we and an official document say different things. */
export interface Finding {
  check: Check;
  /** Connector and official operation: `zoom GET /users/{userId}`. */
  operation: string;
  /** Which part of it: `query include_fields`, `200 users[].type`. */
  member: string;
  expected: string;
  got: string;
  /** Whose definition it is: the name of an action or stream, or `sandbox`. */
  by: string;
}

/** A finding with how often it came up. */
export interface Deviation extends Finding {
  times: number;
}

export interface Explained extends KnownDeviation {
  times: number;
}

/** Collects findings; the same one seen a thousand times is one deviation. */
export class Findings {
  readonly #all = new Map<string, Deviation>();

  add(finding: Finding): void {
    const { check, operation, member, expected } = finding;
    const key = [check, operation, member, expected].join('\n');
    const known = this.#all.get(key);
    if (known) known.times++;
    else this.#all.set(key, { ...finding, times: 1 });
  }

  /** Parts them into what nobody has explained, what is known, and explanations that explain nothing any more. */
  part(known: readonly KnownDeviation[]): {
    deviations: Deviation[];
    known: Explained[];
    stale: KnownDeviation[];
  } {
    const times = new Map<KnownDeviation, number>();
    const deviations: Deviation[] = [];
    for (const found of this.#all.values()) {
      const reason = known.find((one) => explains(one, found));
      if (reason) times.set(reason, (times.get(reason) ?? 0) + found.times);
      else deviations.push(found);
    }
    return {
      deviations,
      known: [...times].map(([one, count]) => ({ ...one, times: count })),
      stale: known.filter((one) => !times.has(one)),
    };
  }
}

function explains(known: KnownDeviation, found: Finding): boolean {
  return (
    known.check === found.check &&
    fits(known.operation, found.operation) &&
    fits(known.member, found.member) &&
    (known.expected === undefined || fits(known.expected, found.expected))
  );
}

/** `*` stands for any text. */
function fits(pattern: string, text: string): boolean {
  const parts = pattern.split('*').map((part) => part.replaceAll(/[\\^$.|?+()[\]{}]/g, String.raw`\$&`));
  return new RegExp(`^${parts.join('.*')}$`, 's').test(text);
}

/** A value in few characters. */
export function brief(value: unknown): string {
  const text = value === undefined ? 'nothing' : JSON.stringify(value);
  return text.length > 100 ? `${text.slice(0, 97)}...` : text;
}
