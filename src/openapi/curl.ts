import { ConnectorError } from '../core/errors.ts';
import { bodyOf } from './curl-body.ts';
import { readFlags, type CurlRequest } from './curl-flags.ts';
import type { AuthSpec } from './definition-auth.ts';
import { Operation, type OperationSpec } from './definition.ts';
import { actionName, titleOf, type ActionName } from './naming.ts';
import { namesSecret } from './secret-places.ts';
import { shellWords } from './shell-words.ts';

/** A cURL command line as an operation, with what does not belong to an operation beside it. */
export interface ImportedCurl {
  operation: OperationSpec;
  name: ActionName;
  /** Address of the server, without path. */
  server: string;
  /** How it signs in, as far as that can be seen. */
  auth: AuthSpec;
  /** The secrets that stood on the line, by the names that `auth` gives them. They are not in the operation. */
  credentials: Record<string, string>;
  /** What was left out, and why. */
  notes: string[];
}

/** Headers and parameters of the query whose value is a key. */
const KEY_HEADER = /^(?:(?:x-)?(?:api|auth|access|app|private|subscription|secret)[-_]?(?:key|token|secret)|apikey|token|x-token|x-key|ocp-apim-subscription-key|dd-api-key|x-[\w-]*(?:api-key|auth-token|access-token))$/i; // prettier-ignore
const KEY_QUERY = /^(?:api[-_]?key|apikey|access[-_]?token|auth[-_]?token|key|token|appid|app[-_]?key|subscription-key|api[-_]?token|client[-_]?secret)$/i; // prettier-ignore
/** Headers that follow from the rest of a request, or that only a browser sends. */
const LEFT_OUT = /^(?:host|content-length|content-type|accept|accept-encoding|accept-language|connection|user-agent|referer|origin|priority|dnt|te|pragma|cache-control|upgrade-insecure-requests|sec-.*|postman-token)$/i; // prettier-ignore

/**
 * Makes an operation of a cURL command line, as documentation and browsers have them.
 * @throws ConnectorError of kind `input` when there is no request in it
 */
export function importCurl(command: string): ImportedCurl {
  const { words, notes } = shellWords(command.replace(/^\s*\$\s+/, ''));
  const at = words.findIndex((word) => /(?:^|[/\\])curl(?:\.exe)?$/.test(word));
  if (at === -1) throw fault("this is no cURL command line: the word 'curl' is missing");
  const request = readFlags(words.slice(at + 1), notes);
  const [given, ...more] = request.url;
  if (given === undefined || given === '') throw fault('this cURL command line has no address');
  for (const url of more)
    request.notes.push(`the second address '${url}' was left out: one operation has one address`);
  const { server, path, query } = splitAddress(given);
  const auth = new Found();
  const parameters: unknown[] = [];
  for (const name of placeholders(path))
    parameters.push({ name, in: 'path', required: true, schema: { type: 'string' } });
  const extra = request.urlQuery.map((one) => one.replace(/^\+/, ''));
  const inQuery = request.get ? request.data.map(({ text }) => text) : [];
  for (const [name, value] of new URLSearchParams([query, ...extra, ...inQuery].filter(Boolean).join('&'))) {
    if (KEY_QUERY.test(name) && auth.key('query', name, value)) continue;
    parameters.push({ name, in: 'query', schema: { type: 'string' }, ...(value === '' ? {} : { value }) });
  }
  const headers = new Map<string, unknown>();
  for (const [name, value] of request.headers) {
    if (signsIn(auth, name, value) || LEFT_OUT.test(name)) continue;
    headers.set(name.toLowerCase(), {
      name,
      in: 'header',
      schema: { type: 'string' },
      ...(value === '' ? {} : { value }),
    });
  }
  if (request.user !== undefined) auth.basic(request.user);
  if (request.bearer !== undefined) auth.bearer('Bearer ', request.bearer);
  if (request.cookie !== undefined) {
    if (request.cookie.includes('=')) auth.key('header', 'Cookie', request.cookie);
    else request.notes.push(`the cookies in the file ${request.cookie} are not read`);
  }
  const body = request.get ? undefined : bodyOf(request, contentType(request));
  const method = request.method ?? methodOf(request, body !== undefined);
  const accept = request.headers.find(([name]) => name.toLowerCase() === 'accept')?.[1];
  const vendor = accept !== undefined && /^[\w.+-]+\/[\w.+-]+$/.test(accept) && accept !== 'application/json';
  const parsed = Operation.safeParse({
    title: titleOf(
      `${method.toLowerCase()} ${path.replaceAll(/[{}]/g, '').split('/').filter(Boolean).join(' ')}`,
    ),
    method,
    path,
    parameters: [...parameters, ...headers.values()],
    ...(body === undefined ? {} : { body: body.spec, example: withoutSecrets(body.example, request.notes) }),
    ...(vendor ? { accept } : {}),
  });
  if (!parsed.success) throw fault(`the method ${method} is not supported`);
  return {
    operation: parsed.data,
    name: actionName({ method, path }),
    server,
    auth: auth.spec,
    credentials: Object.fromEntries(auth.credentials),
    notes: request.notes,
  };
}

/** An example is shown and exported: what looks like a secret in it is not kept. */
function withoutSecrets(example: Record<string, unknown>, notes: string[]): Record<string, unknown> {
  const entries = Object.entries(example).filter(([name]) => {
    if (!namesSecret(name)) return true;
    notes.push(`the value of '${name}' looks like a secret and is not kept`);
    return false;
  });
  return Object.fromEntries(entries);
}

function fault(message: string): ConnectorError {
  return new ConnectorError(message, {
    kind: 'input',
    hint: "Give the whole line, such as curl -X POST https://api.example.com/orders -H 'Authorization: Bearer …' --json '{}'.",
  });
}

function splitAddress(given: string): { server: string; path: string; query: string } {
  const whole = /^[a-z][a-z\d+.-]*:\/\//i.test(given) ? given : `https://${given}`;
  const found = /^(https?:\/\/)(?:[^@/?#]*@)?([^/?#]+)([^?#]*)(?:\?([^#]*))?/i.exec(whole);
  const server = found ? `${found[1]?.toLowerCase()}${found[2]}` : '';
  if (!found || !URL.canParse(server)) throw fault(`'${given}' is no address of the web`);
  // Placeholders as documentation writes them: :id, <id>, ${ID}, $ID.
  const path = (found[3] ?? '')
    .replaceAll(/(?<=\/):([A-Za-z_]\w*)/g, '{$1}')
    .replaceAll(/<([A-Za-z_][\w-]*)>/g, '{$1}')
    .replaceAll(/\$\{([A-Za-z_]\w*)\}|\$([A-Za-z_]\w*)/g, '{$1$2}');
  return { server, path: path === '' ? '/' : path, query: found[4] ?? '' };
}

function placeholders(path: string): Set<string> {
  return new Set([...path.matchAll(/\{([^{}]+)\}/g)].map(([, name = '']) => name));
}

function contentType(request: CurlRequest): string | undefined {
  return request.headers.findLast(([name]) => name.toLowerCase() === 'content-type')?.[1];
}

function methodOf(request: CurlRequest, hasBody: boolean): string {
  if (request.head) return 'HEAD';
  if (request.upload !== undefined) return 'PUT';
  return hasBody ? 'POST' : 'GET';
}

/** The first way to sign in that is found, with its secrets apart. */
class Found {
  spec: AuthSpec = { kind: 'none' };
  readonly credentials = new Map<string, string>();

  key(where: 'header' | 'query', name: string, value: string): boolean {
    if (this.spec.kind !== 'none') return false;
    const credential = name === 'Cookie' ? 'cookie' : 'apiKey';
    this.spec = { kind: 'api-key', in: where, name, credential };
    this.credentials.set(credential, value);
    return true;
  }

  basic(user: string): void {
    const [username = '', password = ''] = user.split(/:(.*)/s, 2);
    this.spec = { kind: 'basic', username: 'username', password: 'password' };
    this.credentials.clear();
    this.credentials.set('username', username).set('password', password);
  }

  bearer(prefix: string, token: string): void {
    this.spec = { kind: 'bearer', credential: 'token', ...(prefix === 'Bearer ' ? {} : { prefix }) };
    this.credentials.clear();
    this.credentials.set('token', token);
  }
}

/** Whether a header is a proof of who calls: it goes to the connection. */
function signsIn(auth: Found, name: string, value: string): boolean {
  if (name.toLowerCase() === 'cookie') return auth.key('header', 'Cookie', value);
  if (name.toLowerCase() !== 'authorization') return KEY_HEADER.test(name) && auth.key('header', name, value);
  const [, scheme = '', token = ''] = /^([\w-]+)\s+(.+)$/s.exec(value) ?? [];
  const decoded = scheme.toLowerCase() === 'basic' ? Buffer.from(token, 'base64').toString('utf8') : '';
  if (decoded.includes(':')) auth.basic(decoded);
  else if (scheme === '') auth.key('header', 'Authorization', value);
  else auth.bearer(/^bearer$/i.test(scheme) ? 'Bearer ' : `${scheme} `, token);
  return true;
}
