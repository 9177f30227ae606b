import type { Explanation } from '../activate/explain.ts';
import type { ActivateSummary, Progress } from '../activate/run.ts';
import { PersonSync, type GivenPerson, type SyncedPerson } from '../activate/sync-person.ts';
import { App } from '../app/app.ts';
import { configOf } from '../app/given.ts';
import type { Config, ExtractionPlan, ExtractionReport, GivenSettings } from '../app/index.ts';
import type { ZoomEventName } from '../catalog.ts';
import { ConnectorError } from '../core/errors.ts';
import type { Trigger } from '../core/trigger.ts';
import { createClient } from '../http/client.ts';
import type { Receiver } from '../webhooks/receiver.ts';
import type { ClientFor, ConnectOptions, CredentialsFor } from './connecting.ts';
import { extract, plan, type ExtractOptions } from './extracting.ts';
import { millisecondsOf, type Time } from './times.ts';
import { Webhooks, type WebhookHandler, type ZoomWebhook } from './webhooks.ts';

/** Settings of a `Trunkline`. What is not given comes from `trunkline.yaml` and the environment. */
export interface TrunklineOptions extends GivenSettings {
  /** Not used: Trunkline runs in your own process. Taken so that code written for a hosted service runs as it is. */
  apiKey?: string | undefined;
}

export interface ActivateRequest {
  /** Where the range begins. */
  since: Time;
  /** Where it ends, not included; now when not given. */
  until?: Time | undefined;
  /** Look, and send nothing. */
  dryRun?: boolean | undefined;
  onProgress?: ((progress: Progress) => void) | undefined;
}

/**
 * Trunkline in a program: connections, single people, whole activations and webhooks over one configuration.
 *
 * Durable, in the folder of `dataDir`: what `activate` read and sent, so that a run goes on after a crash and sends
 * nothing twice; and how much of the rate limits is used. One process at a time has that folder open, from the first
 * call that goes out until `close`; so is what `receiver` takes, and what `extract` has read. Not durable:
 * `contacts.sync` and `connectors.handleWebhook`. What they did not finish when the process ends is gone, unless the
 * caller tries again.
 *
 * @example
 * await using trunkline = new Trunkline({ brevoApiKey: process.env.BREVO_API_KEY });
 * const zoom = await trunkline.connectors.connect('zoom', { accountId, clientId, clientSecret });
 * const { users } = await zoom.users.list({ status: 'active' });
 */
export class Trunkline {
  readonly connectors: Connectors;
  readonly contacts: Contacts;
  readonly webhooks: Webhooks;
  readonly #app: App;
  readonly #receivers = new Map<string, Promise<Receiver>>();

  /** @throws ConfigError with every problem of file and environment at once */
  constructor(options: TrunklineOptions = {}) {
    const app = new App(configOf(options));
    this.#app = app;
    this.webhooks = new Webhooks({
      triggers: () => Object.values(app.connector('zoom').triggers ?? {}),
      secrets: () => app.config.zoom.webhook.secretTokens,
      now: () => app.world.now(),
    });
    this.connectors = new Connectors(app, this.webhooks);
    this.contacts = new Contacts(app);
  }

  /** The configuration in use. Its secrets do not show themselves. */
  get config(): Config {
    return this.#app.config;
  }

  /**
   * Runs a handler for every event of a topic that `receiver` takes or `connectors.handleWebhook` is given. An event may
   * come more than once: a handler must do no harm the second time.
   * @returns takes the handler away again
   */
  on<const Name extends ZoomEventName>(
    topic: Name,
    handler: (event: ZoomWebhook<Name>) => void | Promise<void>,
  ): () => void;
  on(topic: string, handler: WebhookHandler): () => void;
  on(topic: string, handler: unknown): () => void {
    // Who asks for an event by its name gets what its schema has let through.
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion
    return this.webhooks.on(topic, handler as WebhookHandler);
  }

  /**
   * Takes webhooks durably: proves each, keeps it in the folder of `dataDir` (or in PostgreSQL), answers, and then runs
   * the handlers of `on` until they have succeeded, also after a crash. What is not as Zoom documents it is kept as a
   * failed event, and reaches no handler. Register handlers first: what nobody handles is not handled later.
   *
   * @example
   * trunkline.on('meeting.ended', async ({ payload }) => close(payload.object.uuid));
   * http.createServer(toNodeHandler(await trunkline.receiver())); // from 'trunkline/webhooks'; also for hono, Express, Fastify
   * @throws ConnectorError of kind `config` when there is no webhook secret
   */
  receiver(connection = 'zoom'): Promise<Receiver> {
    let receiver = this.#receivers.get(connection);
    if (!receiver) {
      receiver = this.#receive(connection);
      this.#receivers.set(connection, receiver);
      // One that could not be made is made anew.
      receiver.catch(() => this.#receivers.delete(connection));
    }
    return receiver;
  }

  async #receive(connection: string): Promise<Receiver> {
    const { receiveFor } = await import('../app/live/receiving.ts');
    return receiveFor(this.#app, connection, (event) => this.webhooks.take(connection, event));
  }

  /**
   * Reads streams into a database or files: what is new, or what a run that has not ended left over. Durable: after a
   * crash the same call goes on from there. What was not read, and why, stands in the report.
   *
   * @example
   * await trunkline.extract({ streams: ['users', 'meeting_*'], to: 'sqlite:./zoom.db' });
   * @throws ConnectorError before anything was read: for a stream, a destination or a range that makes no sense
   */
  extract(options: ExtractOptions = {}): Promise<ExtractionReport> {
    return extract(this.#app, options);
  }

  /** What `extract` would ask for, how many calls and how long it takes. Changes nothing. */
  plan(options: ExtractOptions = {}): Promise<ExtractionPlan> {
    return plan(this.#app, options);
  }

  /**
   * Brings the people of a range of time from Zoom to Brevo, by the mapping and the lists of the configuration; only
   * what is new is sent. Durable: after a crash the same call goes on from there.
   */
  async activate(request: ActivateRequest): Promise<ActivateSummary> {
    const since = millisecondsOf(request.since, 'since');
    const until =
      request.until === undefined ? this.#app.world.now() : millisecondsOf(request.until, 'until');
    if (since >= until) {
      throw new ConnectorError('since must be before until', {
        kind: 'input',
        fields: [{ field: 'since', message: 'must be before until' }],
      });
    }
    const report = request.onProgress ?? (() => undefined);
    return this.#app.activate({ since, until, dryRun: request.dryRun ?? false }, report);
  }

  /** Why a person did or did not arrive by `activate`; what `contacts.sync` sent is not on record. */
  explain(email: string): Promise<Explanation> {
    return this.#app.explain(email);
  }

  /** Lets go of everything; clients must not be used any more. */
  close(): Promise<void> {
    return this.#app.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}

/** The connections of a `Trunkline`. */
class Connectors {
  readonly #app: App;
  readonly #webhooks: Webhooks;

  constructor(app: App, webhooks: Webhooks) {
    this.#app = app;
    this.#webhooks = webhooks;
  }

  /**
   * Signs in and gives the client: every action as a method, lists also with `pages` and `items`. The connection is
   * kept for the life of this object, in memory only: `activate` uses it too, and connecting again costs nothing.
   *
   * @param name `zoom`, `brevo`, a name from the configuration's `connections`, or the path of a connector in JSON
   * @param credentials what is left out or undefined comes from the configuration
   * @throws ConnectorError of kind `auth` when the credentials are refused, of kind `config` when some are missing
   */
  async connect<const Name extends string>(
    name: Name,
    credentials?: CredentialsFor<Name>,
    options: ConnectOptions = {},
  ): Promise<ClientFor<Name>> {
    const takeBack = this.#app.give(name, { credentials: { ...credentials }, servers: options.servers });
    try {
      const session = await this.#app.signIn(name);
      return createClient(session.connector, session) as ClientFor<Name>;
    } catch (error) {
      // What was connected before must not be lost to credentials that are refused.
      takeBack();
      throw error;
    }
  }

  /**
   * Hands an event to the handlers of its topic, after the caller has verified it. Not durable: answer the sender when
   * this resolves, and with an error when it rejects, so that the event is sent again.
   *
   * @returns how many handlers ran; an event of a topic without handlers is counted and otherwise ignored
   * @throws the first error of a handler, once all have run
   */
  async handleWebhook(
    name: string,
    event: { topic: string; payload?: unknown },
  ): Promise<{ topic: string; handled: number }> {
    const { id } = this.#app.connector(name);
    const { topic, payload } = event;
    if (typeof topic !== 'string' || topic === '') {
      throw new ConnectorError('the webhook has no topic', {
        kind: 'input',
        connector: id,
        fields: [{ field: 'topic', message: 'expected the name of an event, such as meeting.ended' }],
        hint: 'Zoom keeps it in the member `event` of the body.',
      });
    }
    const { [0]: trigger } = Object.values(this.#app.connector(name).triggers ?? {});
    const known = { connector: id, topic, payload: documented(trigger, topic, payload) };
    return { topic, handled: await this.#webhooks.dispatch(known) };
  }
}

/** The payload with ids as text, where the event is as documented; else as it was given. */
function documented(trigger: Trigger | undefined, topic: string, payload: unknown): unknown {
  const read: unknown = trigger?.read?.({ event: topic, payload });
  const isKnown = typeof read === 'object' && read !== null && !('unknown' in read);
  return isKnown && 'payload' in read ? read.payload : payload;
}

/** The people on the other side. */
class Contacts {
  readonly #app: App;
  #sync: { session: unknown; person: PersonSync } | undefined;

  constructor(app: App) {
    this.#app = app;
  }

  /**
   * Creates or updates one person in Brevo. Nobody's address is changed; who said no to mail gets his attributes and is
   * put on no list; nobody is put back on a list that he left. Attributes are checked against the account: one that it
   * does not have, or a value of another type, is an error, where Brevo would drop it and answer success. An ISO time
   * for a date gives its day, undefined is left out, and an empty text takes a value away.
   *
   * An explicit call: what the configuration excludes is not looked at. Not durable, and not on the record of
   * `activate`: when it rejects, the caller tries again, which does no harm. Each call makes two requests, and the first
   * reads the account before: for all people of many meetings, `activate` needs far fewer.
   *
   * @throws ConnectorError of kind `input` that names every value that does not fit; nothing was sent then
   */
  async sync(person: GivenPerson): Promise<SyncedPerson> {
    const session = await this.#app.session('brevo');
    // Other credentials may be another account.
    if (this.#sync?.session !== session) {
      const { audience } = session.connector;
      if (!audience) throw new Error('the connector has no audience');
      this.#sync = { session, person: new PersonSync(audience, session) };
    }
    return this.#sync.person.sync(person);
  }
}

export type { ActivateSummary, Connectors, Contacts, Explanation, GivenPerson, Progress, SyncedPerson };
