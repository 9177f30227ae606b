/** Stands in for Brevo's API v3: contacts, lists, events and transactional mail of one account. */
import { random } from '../random.ts';
import type { SandboxAnswer, SandboxContext, SandboxRequest, Simulator } from '../types.ts';
import { Refusal } from './answers.ts';
import { Budgets, LABELS, type Bucket, type Standing } from './budgets.ts';
import { expose } from './contact-reads.ts';
import { exposeEvent } from './event-routes.ts';
import { exposeMail } from './mails.ts';
import { showProcess } from './processes.ts';
import { bucketOfPath, match, type Route } from './routes.ts';
import { checkSettings, type BrevoSettings } from './switches.ts';
import { hex, World } from './world.ts';

export type { BrevoSettings, SeedContact } from './switches.ts';

/** Brevo in the sandbox. */
export type BrevoSimulator = Simulator & {
  /** The one key that the account accepts. */
  apiKey: string;
  /** The true state, with no read lag: contacts, lists, folders, attributes, events, mails or processes. */
  collections(name: string): unknown[] | undefined;
  /** Changes switches and adds contacts, until the next reset. */
  configure(settings: BrevoSettings): void;
};

/** What an unlimited plan reports: far more than any client can use. */
const UNLIMITED: Standing = { limit: 1_000_000, remaining: 1_000_000, reset: 1 };

/** Makes the simulator; everything in it follows from the seed. */
export function createBrevo(context: SandboxContext): BrevoSimulator {
  const { options, clock } = context;
  const key = random(options.seed, 'brevo', 'key');
  const apiKey = `xkeysib-${hex(key, 64)}-${hex(key, 16)}`;
  let world = new World(context);
  let budgets = new Budgets();

  const bucketOf = (request: SandboxRequest): Bucket => {
    const found = find(request);
    if (found?.doubtful && world.switches.batchBucket === 'other') return 'other';
    return found?.bucket ?? bucketOfPath(request.rawPath);
  };

  /** Adds what every answer of Brevo carries. */
  const complete = (request: SandboxRequest, answer: SandboxAnswer, standing?: Standing): SandboxAnswer => {
    const bucket = bucketOf(request);
    const operation = find(request)?.operation;
    const { limit, remaining, reset } =
      standing ?? (options.plan === 'unlimited' ? UNLIMITED : budgets.standing(bucket, clock.now()));
    return {
      ...answer,
      headers: {
        ...answer.headers,
        'sib-request-id': world.uuid(),
        'x-sib-ratelimit-limit': String(limit),
        'x-sib-ratelimit-remaining': String(remaining),
        'x-sib-ratelimit-reset': String(reset),
      },
      label: LABELS[bucket],
      ...(operation === undefined ? {} : { operation }),
    };
  };

  const process = (request: SandboxRequest): SandboxAnswer => {
    authenticate(request, apiKey);
    const now = clock.now();
    if (options.plan !== 'unlimited' && !budgets.take(bucketOf(request), now)) throw tooMany();
    const found = match(request.method, request.rawPath);
    if ('allowed' in found) {
      throw found.allowed
        ? new Refusal(405, 'method_not_allowed', `${request.method} Method is not allowed on this path`)
        : new Refusal(404, 'document_not_found', 'Route not found');
    }
    world.processes.settle(now);
    const { query, body } = request;
    return found.route.handler(world, { params: found.params, query, body, now });
  };

  const answer = (request: SandboxRequest): SandboxAnswer => {
    try {
      return process(request);
    } catch (error) {
      if (error instanceof Refusal) return error.answer();
      throw error;
    }
  };

  return {
    apiKey,
    async handle(request) {
      return complete(request, answer(request));
    },
    operationOf: (request) => find(request)?.operation,
    tooManyRequests(request) {
      const { limit } = budgets.standing(bucketOf(request), clock.now());
      return complete(request, tooMany().answer(), { limit, remaining: 0, reset: 1 });
    },
    serverError: (request) =>
      complete(request, new Refusal(500, 'internal_server_error', 'Internal server error').answer()),
    reset() {
      world = new World(context);
      budgets = new Budgets();
    },
    collections(name) {
      const now = clock.now();
      world.processes.settle(now);
      switch (name) {
        case 'contacts':
          return [...world.contacts.all()].map(expose);
        case 'lists':
          return [...world.lists.values()].map(({ id, name: listName, folderId }) => ({
            id,
            name: listName,
            folderId,
          }));
        case 'folders':
          return [...world.folders.values()];
        case 'attributes':
          return world.attributes.all();
        case 'events':
          return world.events.all().map(exposeEvent);
        case 'mails':
          return world.mails.all.map(exposeMail);
        case 'processes':
          return world.processes.all().map((item) => showProcess(item, now));
        default:
          return undefined;
      }
    },
    configure(settings) {
      const { switches, contacts } = checkSettings(settings);
      world.switches = { ...world.switches, ...switches };
      try {
        // Dated before the lag, so that reads show them at once.
        for (const contact of contacts) world.seedContact(contact, clock.now() - options.readLag);
      } catch (error) {
        // The caller misused the sandbox; Brevo did not refuse anything.
        throw error instanceof Refusal ? new TypeError(`Seeded contact: ${error.message}`) : error;
      }
    },
  };
}

function find(request: SandboxRequest): Route | undefined {
  const found = match(request.method, request.rawPath);
  return 'route' in found ? found.route : undefined;
}

function authenticate(request: SandboxRequest, apiKey: string): void {
  const given = request.headers['api-key'];
  if (given === undefined || given === '') {
    throw new Refusal(401, 'unauthorized', 'authentication not found in headers');
  }
  // The same answer as for a key that is tied to other addresses: clients cannot tell the two apart.
  if (given !== apiKey) throw new Refusal(401, 'unauthorized', 'Key not found');
}

/** The code is not documented; only the status may be relied on. No Retry-After, as none is documented. */
function tooMany(): Refusal {
  return new Refusal(429, 'too_many_requests', 'You have reached the rate limit, try again later');
}
