/** Caps that hold for one host, registrant or operation until 00:00 UTC (FACTS D, "Further caps"). */
import type { Plan, SandboxAnswer } from '../types.ts';
import { startOfDay } from './time.ts';
import { zoomError } from './errors.ts';

/** Create and update requests of meetings and webinars, per host. */
export const HOST_WRITES = 100;
/** Times that one address may be added to one meeting. */
const REGISTRANT_ADDS = 3;
/** Status updates of one registrant. */
const REGISTRANT_UPDATES = 10;
/** `POST /users` with action `create`, per account. */
const USER_CREATES: Readonly<Record<Plan, number>> = {
  free: 50,
  pro: 1500,
  business: 10_000,
  unlimited: 10_000,
};

/** Counts of the current UTC day; what came before is forgotten. */
export class DailyCaps {
  #day = 0;
  readonly #used = new Map<string, number>();

  /** What is left after this request, or the refusal. */
  hostWrite(host: number, now: number): number | SandboxAnswer {
    const left = this.#spend(`host ${host}`, HOST_WRITES, now);
    // Neither a type nor Retry-After comes with it: only the text tells (FACTS D, 429 headers).
    const message =
      'You have exceeded the daily rate limit (100) of Meeting Create/Update API requests permitted for this particular user. You may resume these requests at GMT 00:00:00.';
    return left ?? zoomError(429, 429, message);
  }

  registrantAdd(kind: string, series: number, address: string, now: number): SandboxAnswer | undefined {
    const key = `add ${series} ${address.toLowerCase()}`;
    if (this.#spend(key, REGISTRANT_ADDS, now) !== undefined) return undefined;
    const message = `You have exceeded the daily rate limit of (${REGISTRANT_ADDS}) for Add ${kind} registrant API requests for the registrant ${address}.`;
    return zoomError(429, 429, message);
  }

  /** The wording is that of the cap on additions: nobody has published this one's. */
  registrantUpdate(kind: string, series: number, registrant: string, now: number): SandboxAnswer | undefined {
    if (this.#spend(`update ${series} ${registrant}`, REGISTRANT_UPDATES, now) !== undefined)
      return undefined;
    const message = `You have exceeded the daily rate limit of (${REGISTRANT_UPDATES}) for Update ${kind} registrant status API requests for the registrant ${registrant}.`;
    return zoomError(429, 429, message);
  }

  userCreate(plan: Plan, now: number): SandboxAnswer | undefined {
    const most = USER_CREATES[plan];
    if (this.#spend('users', most, now) !== undefined) return undefined;
    const message = `You have exceeded the daily rate limit (${most}) of Create a User API request for this account. This limit resets at GMT 00:00:00.`;
    return zoomError(429, 429, message);
  }

  #spend(key: string, most: number, now: number): number | undefined {
    const day = startOfDay(now);
    if (day !== this.#day) this.#used.clear();
    this.#day = day;
    const used = (this.#used.get(key) ?? 0) + 1;
    if (used > most) return undefined;
    this.#used.set(key, used);
    return most - used;
  }
}
