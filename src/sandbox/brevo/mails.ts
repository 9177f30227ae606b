import type { SandboxAnswer } from '../types.ts';
import { asObject, invalid, jsonObject, missing, Refusal } from './answers.ts';
import { isDay } from './attribute-values.ts';
import { isEmail } from './contact-writes.ts';
import { cut, readPage } from './queries.ts';
import type { Call, World } from './world.ts';

/** A mail that was accepted: one per message version. */
export interface Mail {
  messageId: string;
  to: string[];
  subject: string | null;
  templateId: number | null;
  params: unknown;
  tags: string[];
  from: string | null;
  scheduledAt: string | null;
  idempotencyKey: string | null;
  /** False for `X-Sib-Sandbox: drop`: accepted, never delivered. */
  delivered: boolean;
  receivedAt: number;
}

/** Within this time a key that comes again is refused (guide; the changelog of 2022 says 15 minutes). */
const KEY_LIFE = 30 * 60_000;
const MOST_RECIPIENTS = 2_000;
const MOST_PER_VERSION = 99;
const MOST_PARAMS = 100 * 1024;
const MOST_PARAMS_TOGETHER = 1_000 * 1024;
const MONTH = 31 * 86_400_000;

/** Accepted mails, and the idempotency keys that still count. */
export class Mails {
  readonly all: Mail[] = [];
  readonly #keys = new Map<string, number>();

  isUsed(key: string, now: number): boolean {
    const usedAt = this.#keys.get(key);
    return usedAt !== undefined && now - usedAt < KEY_LIFE;
  }

  use(key: string, now: number): void {
    this.#keys.set(key, now);
  }
}

/** POST /smtp/email: 201, or 202 when scheduled. */
export function sendMail(world: World, call: Call): SandboxAnswer {
  const body = jsonObject(call.body);
  if (world.switches.notEnoughCredits) {
    throw new Refusal(402, 'not_enough_credits', 'Your account has not enough credits to send this email');
  }
  checkContent(body);
  const versions = readVersions(body);
  const scheduledAt = readSchedule(body);
  const headers = asObject(body['headers']) ?? {};
  const key = keyOf(headers);
  if (key !== null && world.mails.isUsed(key, call.now)) {
    // The refusal carries no messageId: the client learns only that the first call went through.
    throw new Refusal(400, 'duplicate_parameter', 'Idempotency key has already been used');
  }
  if (key !== null) world.mails.use(key, call.now);

  const delivered = headers['X-Sib-Sandbox'] !== 'drop';
  const messageIds = versions.map(({ to, version }) => {
    const number = 10_000_000 + world.mails.all.length;
    const messageId = `<${call.now}.${number}@relay.sandbox.invalid>`;
    world.mails.all.push({
      messageId,
      to,
      subject: asText(version['subject']) ?? asText(body['subject']),
      templateId: asNumber(version['templateId']) ?? asNumber(body['templateId']),
      params: version['params'] ?? body['params'] ?? null,
      tags: Array.isArray(body['tags']) ? body['tags'].filter((tag) => typeof tag === 'string') : [],
      from: asText(asObject(body['sender'])?.['email']),
      scheduledAt,
      idempotencyKey: key,
      delivered,
      receivedAt: call.now,
    });
    return messageId;
  });
  const ids = body['messageVersions'] === undefined ? { messageId: messageIds[0] } : { messageIds };
  if (scheduledAt === null) return { status: 201, json: ids };
  return { status: 202, json: { ...ids, batchId: asText(body['batchId']) ?? world.uuid() } };
}

/** GET /smtp/emails: one entry per recipient. */
export function listMails(world: World, call: Call): SandboxAnswer {
  const { query } = call;
  const email = query.get('email')?.toLowerCase() ?? null;
  const templateId = query.get('templateId');
  const messageId = query.get('messageId');
  if (email === null && templateId === null && messageId === null) {
    throw missing('email, templateId or messageId is required');
  }
  const [from, to] = readDays(query, call.now);
  const found = world.mails.all
    .filter((mail) => mail.delivered && mail.receivedAt >= from && mail.receivedAt <= to)
    .filter((mail) => templateId === null || String(mail.templateId) === templateId)
    .filter((mail) => messageId === null || mail.messageId === messageId)
    .flatMap((mail) => mail.to.map((address, index) => ({ mail, address, index })))
    .filter((item) => email === null || item.address === email);
  const transactionalEmails = cut(found, readPage(query, 500, 1000)).map(({ mail, address, index }) => ({
    email: address,
    subject: mail.subject ?? '',
    ...(mail.templateId === null ? {} : { templateId: mail.templateId }),
    messageId: mail.messageId,
    uuid: `${mail.messageId.slice(1, mail.messageId.indexOf('@'))}-${index}`,
    date: new Date(mail.receivedAt).toISOString(),
    ...(mail.from === null ? {} : { from: mail.from }),
    tags: mail.tags,
  }));
  return { status: 200, json: { count: found.length, transactionalEmails } };
}

/** A mail in the shape that the `mails` collection shows. */
export function exposeMail({ receivedAt, ...mail }: Mail): unknown {
  return { ...mail, received_at: new Date(receivedAt).toISOString() };
}

/** The guide and the schema's example differ in spelling from the schema's prose; both work here. */
function keyOf(headers: Record<string, unknown>): string | null {
  const entry = Object.entries(headers).find(([name]) => /^idempotency-?key$/i.test(name));
  return asText(entry?.[1]);
}

function checkContent(body: Record<string, unknown>): void {
  if (body['templateId'] !== undefined) {
    if (asNumber(body['templateId']) === null) throw invalid('templateId is not valid');
    return;
  }
  const sender = asObject(body['sender']);
  if (!sender) throw missing('sender is missing');
  if (asNumber(sender['id']) === null && !isEmail(asText(sender['email']) ?? ''))
    throw invalid('sender is not valid');
  if (!asText(body['subject'])) throw missing('subject is missing');
  if (!asText(body['htmlContent']) && !asText(body['textContent'])) throw missing('htmlContent is missing');
}

function readVersions(body: Record<string, unknown>): { to: string[]; version: Record<string, unknown> }[] {
  const given = body['messageVersions'];
  if (given !== undefined && (!Array.isArray(given) || given.length === 0)) {
    throw invalid('messageVersions is not valid');
  }
  const versions = Array.isArray(given) ? given.map(asObject) : [body];
  let recipients = 0;
  let params = 0;
  const result = versions.map((version) => {
    if (!version) throw invalid('messageVersions is not valid');
    const to = readRecipients(version['to'], 'to', true);
    const count =
      to.length + readRecipients(version['cc'], 'cc').length + readRecipients(version['bcc'], 'bcc').length;
    if (count > MOST_PER_VERSION)
      throw invalid(`Maximum of ${MOST_PER_VERSION} recipients per message version`);
    recipients += count;
    const size = Buffer.byteLength(JSON.stringify(version['params'] ?? {}));
    if (size > MOST_PARAMS) throw invalid('params must not exceed 100 KB');
    params += size;
    return { to, version };
  });
  if (recipients > MOST_RECIPIENTS) throw invalid(`Maximum of ${MOST_RECIPIENTS} recipients per request`);
  if (params > MOST_PARAMS_TOGETHER) throw invalid('Cumulative params must not exceed 1000 KB');
  return result;
}

function readRecipients(value: unknown, name: string, mandatory = false): string[] {
  if (value === undefined && !mandatory) return [];
  if (!Array.isArray(value) || value.length === 0) throw missing(`${name} is missing`);
  return value.map((item) => {
    const email = asText(asObject(item)?.['email'])?.toLowerCase() ?? '';
    if (!isEmail(email)) throw invalid(`email is not valid in ${name}`);
    return email;
  });
}

function readSchedule(body: Record<string, unknown>): string | null {
  const value = body['scheduledAt'];
  if (value === undefined) return null;
  if (typeof value !== 'string' || Number.isNaN(Date.parse(value))) throw invalid('scheduledAt is not valid');
  return value;
}

/** The last 30 days, or the days given: at most a month, both ends together. */
function readDays(query: URLSearchParams, now: number): [number, number] {
  const [start, end] = [query.get('startDate'), query.get('endDate')];
  if (start === null && end === null) return [now - 30 * 86_400_000, now];
  if (start === null || end === null) throw missing('startDate and endDate go together');
  if (!isDay(start) || !isDay(end) || start > end) throw invalid('startDate or endDate is not valid');
  const [from, to] = [Date.parse(start), Date.parse(end) + 86_399_999];
  if (to - from > MONTH) throw invalid('Maximum time period is one month');
  return [from, to];
}

function asText(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}

function asNumber(value: unknown): number | null {
  return typeof value === 'number' ? value : null;
}
