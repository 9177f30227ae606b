import { ConnectorError } from '../core/errors.ts';
import type { OAuthWants } from './discover.ts';

/** Who we are at an authorization server. */
export interface OAuthClient {
  clientId: string;
  clientSecret?: string | undefined;
  /** How it came about. */
  by: 'given' | 'stored' | 'document' | 'registration';
  /** How the client proves itself at the token endpoint. */
  proof: 'basic' | 'post' | 'none';
}

/** What may be used to become a client. */
export interface RegistrationOptions {
  /** From the person. */
  given?: { clientId: string; clientSecret?: string | undefined } | undefined;
  /** Of an earlier consent at the same authorization server. */
  stored?: { clientId: string; clientSecret?: string | undefined } | undefined;
  /** Where a document tells who we are (client ID metadata document). */
  documentUrl?: string | undefined;
  /** The person allows to register. */
  register: boolean;
  redirectUri: string;
}

/**
 * Becomes a client of an authorization server: with the client that the person gave, the stored one, the document where
 * documents are taken, by registration where that is offered and allowed; else the person is asked.
 * @throws ConnectorError of kind `config` that says what the person has to do
 */
export async function becomeClient(
  wants: OAuthWants,
  { given, stored, documentUrl, register, redirectUri }: RegistrationOptions,
  send: typeof fetch,
): Promise<OAuthClient> {
  const known = given ?? stored;
  if (known) return withProof(known, given ? 'given' : 'stored', wants);
  if (wants.takesDocuments && documentUrl !== undefined) {
    return { clientId: documentUrl, by: 'document', proof: 'none' };
  }
  if (wants.registrationEndpoint !== undefined && register) {
    return registered(wants, wants.registrationEndpoint, redirectUri, send);
  }
  const offered =
    wants.registrationEndpoint === undefined ? '' : ' Or allow Trunkline to register itself: --register';
  throw new ConnectorError(`${wants.issuer} has to know Trunkline before it gives tokens`, {
    kind: 'config',
    code: 'client-needed',
    hint: `Register an app there with the redirect address ${redirectUri}, and give --client-id (and --client-secret).${offered}`,
  });
}

async function registered(
  wants: OAuthWants,
  endpoint: string,
  redirectUri: string,
  send: typeof fetch,
): Promise<OAuthClient> {
  const { registerClient } = await import('@modelcontextprotocol/client');
  const scope = wants.scopes.join(' ');
  const metadata = { ...(wants.metadata ?? { issuer: wants.issuer }), registration_endpoint: endpoint };
  const methods = wants.authMethods;
  const method =
    methods.length === 0 || methods.includes('none')
      ? 'none'
      : methods.includes('client_secret_basic')
        ? 'client_secret_basic'
        : 'client_secret_post';
  const answer = await registerClient(wants.issuer, {
    metadata: metadata as never,
    clientMetadata: {
      client_name: 'Trunkline',
      redirect_uris: [redirectUri],
      grant_types: ['authorization_code', 'refresh_token'],
      response_types: ['code'],
      application_type: 'native',
      token_endpoint_auth_method: method,
    },
    ...(scope === '' ? {} : { scope }),
    fetchFn: (url, init) => send(url, init),
  }).catch((cause: unknown) => {
    throw new ConnectorError(
      `${wants.issuer} did not register Trunkline: ${cause instanceof Error ? cause.message : String(cause)}`,
      {
        kind: 'config',
        hint: `Register an app there by hand with the redirect address ${redirectUri}, and give --client-id.`,
        cause,
      },
    );
  });
  const client = { clientId: answer.client_id, clientSecret: answer.client_secret };
  const said = answer.token_endpoint_auth_method;
  const proof = said === 'client_secret_post' ? 'post' : said === 'client_secret_basic' ? 'basic' : undefined;
  return {
    ...withProof(client, 'registration', wants),
    ...(proof && client.clientSecret !== undefined ? { proof } : {}),
  };
}

function withProof(
  { clientId, clientSecret }: { clientId: string; clientSecret?: string | undefined },
  by: OAuthClient['by'],
  { authMethods }: OAuthWants,
): OAuthClient {
  if (clientSecret === undefined) return { clientId, by, proof: 'none' };
  const takesBasic = authMethods.length === 0 || authMethods.includes('client_secret_basic');
  return {
    clientId,
    clientSecret,
    by,
    proof: takesBasic || !authMethods.includes('client_secret_post') ? 'basic' : 'post',
  };
}
