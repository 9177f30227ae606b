import { randomBytes, timingSafeEqual } from 'node:crypto';
import {
  connectByConsent,
  isAnswerTo,
  type App,
  type Authorization,
  type ConsentRequest,
} from '../app/index.ts';
import { HttpProblem } from './problem.ts';

/** How long a person may take, in milliseconds. */
const PATIENCE_MS = 10 * 60_000;
/** Consents that may wait at once. */
const MOST = 100;

/** A consent that was prepared for a browser. */
interface Ticket {
  request: ConsentRequest;
  /** Stands in the addresses of its two pages, where the connector has another name, such as a path. */
  page: string;
  expiresAt: number;
}

/** A consent that was asked for and has not been answered. */
interface Waiting extends Ticket {
  /** Proves that the browser that began is the one that answers: else somebody could have his account connected. */
  browser: string;
  authorization: Authorization;
  answer: PromiseWithResolvers<URLSearchParams>;
  /** Resolves when the connection is kept. */
  done: Promise<void>;
}

/**
 * Consents under way. They are held in memory: a person who began at one server must answer at the same, so where there
 * are several behind one address, requests below `/oauth` and to `/api/v1/oauth` go to one of them.
 */
export class Consents {
  readonly #app: App;
  readonly #tickets = new Map<string, Ticket>();
  readonly #waiting = new Map<string, Waiting>();

  constructor(app: App) {
    this.#app = app;
  }

  /** Notes what is to be asked for; the ticket is good for one browser, once, for ten minutes. */
  prepare({ page, ...request }: ConsentRequest & { page: string }): { ticket: string; expiresAt: number } {
    this.#forget();
    if (this.#tickets.size + this.#waiting.size >= MOST) {
      throw new HttpProblem(429, 'rate', 'too many consents were begun', 'Finish one, or wait ten minutes.');
    }
    const ticket = randomBytes(32).toString('base64url');
    const expiresAt = this.#app.world.now() + PATIENCE_MS;
    this.#tickets.set(ticket, { request, page, expiresAt });
    return { ticket, expiresAt };
  }

  /** Where the browser that has the ticket goes to, and what it must bring back. */
  async begin(page: string, ticket: string): Promise<{ url: string; browser: string }> {
    this.#forget();
    const prepared = this.#tickets.get(ticket);
    this.#tickets.delete(ticket);
    if (prepared?.page !== page) throw gone();
    const browser = randomBytes(32).toString('base64url');
    const answer = Promise.withResolvers<URLSearchParams>();
    const asked = Promise.withResolvers<Authorization>();
    const done = connectByConsent(this.#app, prepared.request, (authorization) => {
      asked.resolve(authorization);
      return answer.promise;
    });
    // Who waits is told; when nobody does, nothing was kept.
    done.catch(asked.reject);
    const authorization = await asked.promise;
    this.#waiting.set(authorization.state, { ...prepared, browser, authorization, answer, done });
    return { url: authorization.url, browser };
  }

  /**
   * Takes the answer that the browser brings. Gives the name of the connection, and why it does not work yet when its
   * test fails.
   */
  async finish(
    page: string,
    browser: string,
    query: URLSearchParams,
  ): Promise<{ name: string; problem?: string }> {
    this.#forget();
    const state = query.get('state') ?? '';
    const waiting = this.#waiting.get(state);
    if (waiting?.page !== page) throw gone();
    if (!isAnswerTo(waiting.authorization, state) || !same(browser, waiting.browser)) throw gone();
    this.#waiting.delete(state);
    waiting.answer.resolve(query);
    await waiting.done;
    const { name } = waiting.request;
    try {
      await this.#app.stored.test(await this.#app.link(name));
      return { name };
    } catch (error) {
      return { name, problem: error instanceof Error ? error.message : String(error) };
    }
  }

  /** Forgets what nobody came back for. */
  #forget(): void {
    const now = this.#app.world.now();
    for (const [ticket, { expiresAt }] of this.#tickets) if (expiresAt < now) this.#tickets.delete(ticket);
    for (const [state, { expiresAt, answer }] of this.#waiting) {
      if (expiresAt >= now) continue;
      this.#waiting.delete(state);
      answer.reject(gone());
    }
  }
}

function same(given: string, expected: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(expected)];
  return a.length === b.length && timingSafeEqual(a, b);
}

function gone(): HttpProblem {
  return new HttpProblem(
    400,
    'input',
    'this consent is not waited for (any more), or was begun in another browser',
    'Begin anew: POST /api/v1/oauth/{connector}.',
  );
}
