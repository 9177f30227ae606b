import { createHmac } from 'node:crypto';
import { at } from './action.ts';
import { headerOf, sameText, type HeaderMap } from './signature.ts';

/**
 * A question by which a system finds out whether our address is alive and ours: it sends a text and wants it back.
 * Questions that are events among others, and signed like them, are a `ChallengeSpec` instead.
 */
export interface HandshakeSpec {
  /** Of the question. */
  method: 'GET' | 'POST';
  /** Where the text stands, and its name there (a dotted path in a body, lower case for a header). */
  in: 'query' | 'body' | 'header';
  key: string;
  /** It is a question only when this has this value, so that an event with a member of that name stays an event. */
  when?: { key: string; is: string };
  /** Parameter of the query that must be the secret: without it, anybody may ask. */
  token?: string;
  /** Only a request that is proven like an event gets an answer. */
  proven: boolean;
  answer: {
    /** The text alone; a member of a JSON object; or a header. */
    as: 'text' | 'json' | 'header';
    /** Name of the member or header. */
    key?: string;
    /**
     * What is sent back: the text, or its HMAC with the secret. The HMAC of a text that anybody chooses is a signature
     * that anybody can have, so it needs `proven`.
     */
    hash?: 'sha1' | 'sha256' | 'sha384' | 'sha512';
    encoding?: 'hex' | 'base64';
    /** Further members of the JSON object. */
    with?: Readonly<Record<string, unknown>>;
  };
}

/** A question, as far as it must be known. */
export interface Question {
  method: string | undefined;
  /** Path and query. */
  target: string;
  headers: HeaderMap;
  /** Parsed; undefined while it was not read. */
  body: unknown;
  /** The secret by which it was proven; undefined when it was not. */
  provenBy: string | undefined;
}

/** What to send back: always with status 200. */
export interface HandshakeAnswer {
  headers: Readonly<Record<string, string>>;
  body: string;
}

/** Longest text that is sent back: longer ones are no challenge, and nobody shall make us a mirror. */
const LONGEST = 4096;

/**
 * The answer to a question; undefined when the request is none; `refused` when it is one that proves too little.
 * @param secrets valid now, for a token in the query
 */
export function meetHandshake(
  spec: HandshakeSpec,
  secrets: readonly string[],
  question: Question,
): HandshakeAnswer | 'refused' | undefined {
  if ((question.method ?? 'POST') !== spec.method) return undefined;
  const query = new URLSearchParams(question.target.split('?')[1] ?? '');
  const text = textOf(spec, question, query);
  if (text === undefined || text === '' || text.length > LONGEST) return undefined;
  if (spec.when && valueAt(spec.when.key, spec, question, query) !== spec.when.is) return undefined;
  if (spec.proven && question.provenBy === undefined) return 'refused';
  if (spec.token !== undefined) {
    const given = query.get(spec.token) ?? '';
    const fits = secrets.map((secret) => secret !== '' && sameText(given, secret));
    if (!fits.includes(true)) return 'refused';
  }
  return answerOf(spec, text, question.provenBy);
}

/** Whether it can be told without reading the body. */
export function asksWithoutBody({ handshake }: { handshake?: HandshakeSpec }): boolean {
  return handshake !== undefined && handshake.in !== 'body';
}

function textOf(spec: HandshakeSpec, question: Question, query: URLSearchParams): string | undefined {
  const value = valueAt(spec.key, spec, question, query);
  return typeof value === 'string' ? value : undefined;
}

function valueAt(key: string, spec: HandshakeSpec, question: Question, query: URLSearchParams): unknown {
  if (spec.in === 'query') return query.get(key) ?? undefined;
  return spec.in === 'header' ? headerOf(question.headers, key) : at(question.body, key);
}

function answerOf(
  { key, answer }: HandshakeSpec,
  text: string,
  provenBy: string | undefined,
): HandshakeAnswer | 'refused' {
  const { as, hash, encoding = 'hex' } = answer;
  if (hash !== undefined && (provenBy ?? '') === '') return 'refused';
  const value =
    hash === undefined
      ? text
      : createHmac(hash, provenBy ?? '')
          .update(text)
          .digest(encoding);
  const name = answer.key ?? key.split('.').at(-1) ?? key;
  switch (as) {
    // No page: a browser that is led here must not take the text for one.
    case 'text':
      return {
        headers: { 'content-type': 'text/plain; charset=utf-8', 'x-content-type-options': 'nosniff' },
        body: value,
      };
    case 'json':
      return {
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ ...answer.with, [name]: value }),
      };
    case 'header':
      // A line break would begin a header of somebody else's choice.
      return /[^\x21-\x7e]/.test(value) ? 'refused' : { headers: { [name]: value }, body: '' };
  }
}
