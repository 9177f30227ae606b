import type { Answer } from '../core/action.ts';
import type { Call } from '../core/call.ts';
import type { Connection, Connector } from '../core/connector.ts';
import type { ConnectorError, ErrorTable } from '../core/errors.ts';
import type { ProofCall } from './auth.ts';
import { Exchange } from './exchange.ts';
import type { Place } from './failure.ts';
import { backoff, MAX_TRIES } from './retry.ts';
import type { HttpDeps } from './session.ts';

/** Name of the server that proofs are asked from, where that is none of the connector's. */
const PROOF = 'proof';

/** Asks for what calls are proved with, without a budget: tokens and sign-ins. */
export class ProofDesk {
  readonly #connector: Connector;
  readonly #connection: Connection;
  readonly #deps: HttpDeps;
  readonly #api: Exchange;
  readonly #onRetry: (error: ConnectorError, wait: number) => void;

  constructor(
    connector: Connector,
    connection: Connection,
    deps: HttpDeps,
    api: Exchange,
    onRetry: (error: ConnectorError, wait: number) => void,
  ) {
    this.#connector = connector;
    this.#connection = connection;
    this.#deps = deps;
    this.#api = api;
    this.#onRetry = onRetry;
  }

  /**
   * Sends it, again where that makes sense: asking twice does no harm unless `tries` says so.
   * @throws ConnectorError for every way it can fail
   */
  async send({ origin, errors, ...rest }: ProofCall, tries = MAX_TRIES): Promise<Answer> {
    const { id, title } = this.#connector;
    const place: Place = { connector: id, title, action: 'token' };
    const call: Call = origin === undefined ? rest : { ...rest, server: PROOF };
    const exchange = origin === undefined ? this.#api : this.#exchangeAt(origin, errors);
    for (let tried = 1; ; tried++) {
      try {
        const answer = await exchange.run(place, undefined, call);
        this.#api.clockSkewMs = exchange.clockSkewMs;
        return answer;
      } catch (thrown) {
        const error = thrown as ConnectorError;
        if (tried >= tries || error.retry === 'never') throw error;
        const wait = backoff(error, tried, this.#deps.random);
        this.#onRetry(error, wait);
        await this.#deps.sleep(wait);
      }
    }
  }

  #exchangeAt(origin: string, errors: ErrorTable = this.#connector.errors): Exchange {
    const servers = { ...this.#connector.servers, [PROOF]: origin };
    const connector = { ...this.#connector, servers, errors };
    return new Exchange(connector, this.#connection, this.#deps, this.#api.redact);
  }
}
