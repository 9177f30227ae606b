/** A small client for the tests of the Zoom simulator; it knows nothing of Trunkline's own. */
import { type Sandbox, type SandboxOptions, startSandbox } from '../../src/sandbox/index.ts';

/** Looked into by assertions, field by field. */
// oxlint-disable-next-line typescript/no-explicit-any
export type Json = any;

/** One row of a list or of the truth. */
export type Row = Record<string, Json>;

/** A response, read to its end. */
export interface Answer {
  status: number;
  headers: Headers;
  text: string;
  body: Json;
}

/** A sandbox and a client that is signed in to it. */
export interface Account extends AsyncDisposable {
  sandbox: Sandbox;
  get(path: string, token?: string): Promise<Answer>;
  /** Any other request with the token; the body as JSON, or as it is when it is a text. */
  send(method: string, path: string, body?: unknown, token?: string): Promise<Answer>;
  /** All rows of a list, page by page. */
  all(path: string, key: string): Promise<Row[]>;
  token(params: Record<string, string>): Promise<Answer>;
  /** Replaces the token that `get` uses. */
  signIn(): Promise<void>;
  control(method: string, path: string, body?: unknown): Promise<Answer>;
  truth(table: string): Promise<Row[]>;
}

/** One HTTP request, without following redirects. */
export async function request(url: string, init?: RequestInit): Promise<Answer> {
  const response = await fetch(url, { redirect: 'manual', ...init });
  const text = await response.text();
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    body = undefined;
  }
  return { status: response.status, headers: response.headers, text, body };
}

/** A sandbox with a Server-to-Server token; without limits unless a plan is named. */
export async function openAccount(options: Partial<SandboxOptions> = {}): Promise<Account> {
  const sandbox = await startSandbox({ plan: 'unlimited', ...options });
  const { env } = sandbox;
  let access = '';
  const account: Account = {
    sandbox,
    get: (path, token = access) =>
      request(`${env['ZOOM_API_URL']}${path}`, { headers: { authorization: `Bearer ${token}` } }),
    send: (method, path, body, token = access) =>
      request(`${env['ZOOM_API_URL']}${path}`, {
        method,
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
        ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
      }),
    async all(path, key) {
      const rows: Row[] = [];
      const link = path.includes('?') ? '&' : '?';
      for (let next = ''; ;) {
        const { body } = await account.get(next === '' ? path : `${path}${link}next_page_token=${next}`);
        rows.push(...body[key]);
        next = body.next_page_token ?? '';
        if (next === '') return rows;
      }
    },
    token: (params) =>
      request(`${env['ZOOM_OAUTH_URL']}/token`, {
        method: 'POST',
        headers: { authorization: basic(sandbox) },
        body: new URLSearchParams(params),
      }),
    async signIn() {
      const account_id = env['ZOOM_ACCOUNT_ID'] ?? '';
      access = (await account.token({ grant_type: 'account_credentials', account_id })).body.access_token;
    },
    control: (method, path, body) =>
      request(`${sandbox.url}/__sandbox${path}`, {
        method,
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      }),
    async truth(table) {
      const { text } = await account.control('GET', `/truth/${table}`);
      return text
        .split('\n')
        .filter((line) => line !== '')
        .map((line): Row => JSON.parse(line));
    },
    [Symbol.asyncDispose]: () => sandbox.close(),
  };
  await account.signIn();
  return account;
}

/** The header by which an app proves itself at the token endpoint. */
export function basic({ env }: Sandbox): string {
  return `Basic ${Buffer.from(`${env['ZOOM_CLIENT_ID']}:${env['ZOOM_CLIENT_SECRET']}`).toString('base64')}`;
}

/** A UUID as a path takes it: FACTS C. */
export function inPath(uuid: string): string {
  const once = encodeURIComponent(uuid);
  return uuid.startsWith('/') || uuid.includes('//') ? encodeURIComponent(once) : once;
}

/** The UTC date that many days ago, as reports take it. */
export function dayBefore(days: number): string {
  return new Date(Date.now() - days * 86_400_000).toISOString().slice(0, 10);
}
