/** Hand-made meetings on one side, the sandbox's Brevo on the other, everything between them real. */
import { activate, type ActivateOptions, type ActivateSummary } from '../../src/activate/run.ts';
import { explain, type Explanation } from '../../src/activate/explain.ts';
import { DEFAULT_FIELD_MAPPING } from '../../src/app/config/field-mapping.ts';
import type { Instance, InstancePeople, PeopleSource } from '../../src/core/people.ts';
import type { Store } from '../../src/store/store.ts';
import type { SandboxOptions } from '../../src/sandbox/types.ts';
import { people } from './cast.ts';
import { stage, type Stage } from './stage.ts';

/** A request to Brevo as it left. */
export interface Sent {
  method: string;
  path: string;
  body: string;
}

export interface Rig extends AsyncDisposable {
  on: Stage;
  store: Store;
  /** What was held and who was there; a test changes it between runs. */
  held: { instance: Instance; who: Partial<InstancePeople> | (() => never) }[];
  /** Everything that went to Brevo, in order. */
  sent: Sent[];
  /** Answers instead of Brevo. */
  intercept:
    | ((sent: Sent, pass: (body: string) => Promise<Response>) => Promise<Response | undefined>)
    | undefined;
  run(options?: Partial<ActivateOptions>): Promise<ActivateSummary>;
  explain(email: string): Promise<Explanation>;
  /** States in the ledger: `effect instance` of one person. */
  ledger(email: string): Promise<Record<string, string>>;
  brevo(): Promise<{ contacts: Map<string, BrevoContact>; events: string[] }>;
  seed(...contacts: Record<string, unknown>[]): Promise<void>;
}

export interface BrevoContact {
  email: string;
  listIds: number[];
  emailBlacklisted: boolean;
  attributes: Record<string, unknown>;
}

export const LISTS = { meetingParticipants: 15, webinarAttendees: 16, webinarRegistrants: 17 };

/** Without read lag and waits; limits are lifted. */
export async function rig(sandbox: Partial<SandboxOptions> = {}): Promise<Rig> {
  const on = await stage({
    sandbox: { readLag: 0, importDelay: 0, users: 1, meetings: 1, webinars: 0, ...sandbox },
  });
  const sent: Sent[] = [];
  const fetchTo: typeof fetch = async (input, init) => {
    const { url } = new Request(input);
    if (!url.includes('/brevo/')) return fetch(input, init);
    const request = {
      method: init?.method ?? 'GET',
      path: url.slice(url.indexOf('/brevo/v3') + '/brevo/v3'.length),
      body: typeof init?.body === 'string' ? init.body : '',
    };
    sent.push(request);
    const pass = (body: string) => fetch(input, { ...init, body });
    return (await self.intercept?.(request, pass)) ?? fetch(input, init);
  };
  const app = on.open({ world: { fetch: fetchTo, sleep: async () => undefined, random: () => 0 } });
  const [store, jobs] = [await app.store(), await app.jobs()];
  const [zoom, brevo] = [await app.session('zoom'), await app.session('brevo')];
  const { audience } = brevo.connector;
  if (!audience) throw new Error('Brevo takes no people');
  const self: Rig = {
    on,
    store,
    held: [],
    sent,
    intercept: undefined,
    run: (options = {}) =>
      activate(
        {
          store,
          jobs,
          log: app.log,
          from: { session: zoom, people: sourceOf(self) },
          to: { session: brevo, audience },
          onProgress: () => undefined,
        },
        {
          range: { since: 0, until: Date.now() },
          kinds: ['meeting', 'webinar'],
          dryRun: false,
          again: true,
          sendEvents: true,
          recordings: true,
          retryRefused: false,
          settings: {
            fields: DEFAULT_FIELD_MAPPING,
            lists: LISTS,
            ensureAttributes: false,
            ensureLists: false,
          },
          readLagMs: 0,
          excludeDomains: [],
          excludeInternal: false,
          ...options,
        },
      ),
    explain: (email) => explain(store, 'zoom', 'brevo', email),
    async ledger(email) {
      const { deliveries } = await self.explain(email);
      return Object.fromEntries(
        deliveries.map(({ effect, instance, state }) => [`${effect} ${instance}`.trim(), state]),
      );
    },
    async brevo() {
      const contacts = (await on.control('brevo/contacts')) as BrevoContact[];
      const events = (await on.control('brevo/events')) as { event_name: string; email: string }[];
      return {
        contacts: new Map(
          contacts.map((one) => [one.email, { ...one, listIds: one.listIds.toSorted((a, b) => a - b) }]),
        ),
        events: events.map((event) => `${event.event_name} ${event.email}`).toSorted(),
      };
    },
    async seed(...contacts) {
      await on.control('brevo', { contacts });
    },
    async [Symbol.asyncDispose]() {
      await app.close();
      await on[Symbol.asyncDispose]();
    },
  };
  return self;
}

function sourceOf({ held }: Rig): PeopleSource {
  return {
    uses: [],
    async *hosts() {
      yield { rows: [{ id: 'H1', email: 'hana@internal.example', name: 'Hana' }], refused: [] };
    },
    async instances(_, host, range, kinds) {
      const found = held.map(({ instance }) => instance).filter(({ kind }) => kinds.includes(kind));
      return { instances: host.id === 'H1' && range.since === 0 ? found : [], refused: [], skips: [] };
    },
    async people(_, { id }) {
      const who = held.find(({ instance }) => instance.id === id)?.who ?? {};
      return people(typeof who === 'function' ? who() : who);
    },
  };
}

/** How often a kind of request went to Brevo, such as `POST /contacts`. */
export function count(sent: readonly Sent[], request: string): number {
  return sent.filter(({ method, path }) => `${method} ${path.split('?')[0]}` === request).length;
}

/** Brevo's refusal of a request. */
export function refusal(message: string): Response {
  return Response.json({ code: 'invalid_parameter', message }, { status: 400 });
}
