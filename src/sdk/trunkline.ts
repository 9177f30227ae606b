import type { Explanation } from '../activate/explain.ts';
import type { ActivateSummary, Progress } from '../activate/run.ts';
import { PersonSync, type GivenPerson, type SyncedPerson } from '../activate/sync-person.ts';
import { App, configOf, type Config, type GivenSettings } from '../app/index.ts';
import { ConnectorError } from '../core/errors.ts';
import { createClient } from '../http/client.ts';
import type { ClientFor, ConnectOptions, CredentialsFor } from './connecting.ts';
import { millisecondsOf, type Time } from './times.ts';
import { Webhooks, type WebhookHandler } from './webhooks.ts';

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
 * call that goes out until `close`. Not durable: `contacts.sync`, `on` and `connectors.handleWebhook`. What they did
 * not finish when the process ends is gone, unless the caller tries again.
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
   * Runs a handler for every event of a topic that `connectors.handleWebhook` is given. Zoom may send an event more
   * than once: a handler must do no harm the second time.
   * @returns takes the handler away again
   */
  on(topic: string, handler: WebhookHandler): () => void {
    return this.webhooks.on(topic, handler);
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
    return { topic, handled: await this.#webhooks.dispatch({ connector: id, topic, payload }) };
  }
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
