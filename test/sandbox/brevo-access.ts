import { createBrevo } from '../../src/sandbox/brevo/index.ts';
import { Clock } from '../../src/sandbox/clock.ts';
import type { SandboxAnswer, SandboxOptions, SandboxRequest } from '../../src/sandbox/types.ts';

export interface Reply {
  status: number;
  // oxlint-disable-next-line typescript/no-explicit-any
  json: any;
  headers: Record<string, string>;
  answer: SandboxAnswer;
}

const OPTIONS: SandboxOptions = {
  seed: 1,
  users: 1,
  meetings: 1,
  participants: 1,
  webinars: 1,
  plan: 'unlimited',
  window: 'sliding',
  latency: 0,
  port: 0,
  readLag: 0,
  importDelay: 1000,
  distinct: false,
  ahead: 0,
};

/** Brevo's simulator by itself, without HTTP, with a clock to move. */
export function start(options: Partial<SandboxOptions> = {}) {
  const clock = new Clock();
  const brevo = createBrevo({ options: { ...OPTIONS, ...options }, clock });
  const request = (method: string, path: string, body?: unknown): SandboxRequest => ({
    method,
    rawPath: path.split('?')[0] ?? '',
    query: new URLSearchParams(path.split('?')[1] ?? ''),
    headers: { 'api-key': brevo.apiKey },
    body: Buffer.from(body === undefined ? '' : JSON.stringify(body)),
  });
  const send = async (method: string, path: string, body?: unknown): Promise<Reply> => {
    const answer = await brevo.handle(request(method, path, body));
    return { status: answer.status, json: answer.json, headers: answer.headers ?? {}, answer };
  };
  // oxlint-disable-next-line typescript/no-explicit-any
  const all = (name: string): any[] => brevo.collections(name) ?? [];
  const contact = (email: string) => all('contacts').find((item) => item.email === email);
  return { clock, brevo, request, send, all, contact };
}
