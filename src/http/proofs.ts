import type { Action } from '../core/action.ts';
import { consentOf, credentialNames, type AuthScheme } from '../core/auth.ts';
import { schemeOf, type Connection, type Connector } from '../core/connector.ts';
import { ConnectorError } from '../core/errors.ts';
import { createAuthorizer, fixed, type AuthContext, type Authorizer } from './auth.ts';

const NONE = fixed((call) => call);

/** The ways in which one connection proves who it is: an authorizer each, made when first needed. */
export class Proofs {
  readonly #context: AuthContext;
  readonly #made = new Map<string, Authorizer>();

  constructor(context: AuthContext) {
    this.#context = context;
  }

  /** The way that the connection chose, or that is the connector's own. */
  get main(): Authorizer {
    const { connector, connection } = this.#context;
    return this.#of(schemeOf(connector, connection));
  }

  /**
   * What an action wants: the first of its ways for which the connection has what it takes.
   * @throws ConnectorError of kind `config` when there is none
   */
  of(action: Action): Authorizer {
    const { auth } = action;
    if (auth === undefined) return this.main;
    return auth.length === 0 ? NONE : this.#of(this.#choose(auth));
  }

  #choose(names: readonly string[]): AuthScheme {
    const { connector, connection } = this.#context;
    const ways = names.flatMap((name) => {
      const scheme = connector.auths?.[name];
      return scheme ? [{ name, scheme }] : [];
    });
    const own = textOf(schemeOf(connector, connection));
    const isChosen = (scheme: AuthScheme): boolean => textOf(scheme) === own;
    // The tokens of a consent belong to the way that was consented to, and to no other.
    const usable = ways.filter(
      ({ scheme }) => has(connection, scheme) && (!consentOf(scheme) || isChosen(scheme)),
    );
    // Where a proof is optional, it is given.
    const found =
      usable.find(({ scheme }) => isChosen(scheme) && scheme.kind !== 'none') ??
      usable.find(({ scheme }) => scheme.kind !== 'none') ??
      usable[0];
    if (found) return found.scheme;
    throw unusable(connector, connection, ways, names);
  }

  /** One authorizer for all that say the same, so that they share its token. */
  #of(scheme: AuthScheme): Authorizer {
    const text = textOf(scheme);
    let made = this.#made.get(text);
    if (!made) this.#made.set(text, (made = createAuthorizer(scheme, this.#context)));
    return made;
  }
}

const texts = new WeakMap<AuthScheme, string>();

/** Two schemes that say the same have the same text: a definition may name one twice. */
function textOf(scheme: AuthScheme): string {
  let text = texts.get(scheme);
  if (text === undefined) texts.set(scheme, (text = JSON.stringify(scheme)));
  return text;
}

function has({ credentials }: Connection, scheme: AuthScheme): boolean {
  return credentialNames(scheme).every((name) => credentials[name] !== undefined);
}

function unusable(
  { id }: Connector,
  connection: Connection,
  ways: readonly { name: string; scheme: AuthScheme }[],
  names: readonly string[],
): ConnectorError {
  const wanted = ways.map(({ name, scheme }) => {
    const missing = credentialNames(scheme).filter((one) => !connection.credentials[one]);
    return `${name} (${missing.length > 0 ? missing.join(', ') : 'the consent of a person'})`;
  });
  return new ConnectorError(
    ways.length === 0
      ? `the connector '${id}' has no way to sign in called '${names.join("', '")}'`
      : `the connection '${connection.name}' has no credentials for ${wanted.join(' or ')}`,
    {
      kind: 'config',
      connector: id,
      hint:
        ways.length === 0
          ? 'Correct `auth` of the operation in the definition.'
          : `Add them: trunkline connections add ${id} --name ${connection.name} --auth ${ways[0]?.name}`,
    },
  );
}
