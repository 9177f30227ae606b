import { isAbsolute, resolve } from 'node:path';

import { ConnectorError } from '../core/errors.ts';
import type { Secret } from '../core/secret.ts';

/** A destination's URL in its parts. */
export interface DestinationUrl {
  /** What stands before the first colon, in small letters. */
  scheme: string;
  /** What stands between the scheme and the `?`, decoded, without the slashes of an empty host. */
  path: string;
  params: URLSearchParams;
}

/** An error about the place that rows go to: its URL, its rights, its room. Never holds a password. */
export function placeError(
  message: string,
  hint: string,
  details: { code: string; cause?: unknown },
): ConnectorError {
  return new ConnectorError(message, { kind: 'config', hint, ...details });
}

/**
 * Reads the URL of a local destination: `sqlite:./zoom.db`, `sqlite:///data/zoom.db`, `file:./out?format=csv`.
 * Destinations with a host read theirs with `new URL`.
 */
export function parseLocalUrl(url: Secret, example: string): DestinationUrl {
  const [, scheme = '', rest = '', query = ''] =
    /^([a-z][a-z\d+.-]*):([^?]*)(?:\?(.*))?$/is.exec(url.reveal()) ?? [];
  // `file:///out` is an empty host and `/out`; `file:///C:/out` is `C:/out`.
  const path = decoded(rest)
    .replace(/^\/\/(?=\/|\.)/, '')
    .replace(/^\/(?=[a-z]:[\\/])/i, '');
  if (scheme === '' || path === '') {
    throw placeError(
      `The destination ${JSON.stringify(url.reveal())} names no path.`,
      `Write it like ${example}.`,
      {
        code: 'bad-url',
      },
    );
  }
  return { scheme: scheme.toLowerCase(), path, params: new URLSearchParams(query) };
}

// A lone `%` is part of a name rather than a mistake.
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** The path as it is from the working directory. */
export function absolutePath(path: string, cwd: string): string {
  return isAbsolute(path) ? path : resolve(cwd, path);
}

/** Refuses query parameters that nobody would read, and those that stand there twice. */
export function checkParams(scheme: string, params: URLSearchParams, known: readonly string[]): void {
  for (const name of params.keys()) {
    if (!known.includes(name)) {
      throw placeError(
        `A ${scheme}: destination has no parameter ${JSON.stringify(name)}.`,
        known.length === 0
          ? 'It has no parameters: leave out what follows the ?.'
          : `It has ${known.join(', ')}.`,
        { code: 'bad-url' },
      );
    }
    if (params.getAll(name).length > 1) {
      throw placeError(
        `The parameter ${name} of the ${scheme}: destination stands there ${params.getAll(name).length} times.`,
        'Keep one of them.',
        { code: 'bad-url' },
      );
    }
  }
}

/** A parameter that takes one of a few words; the first of them when it is not there. */
export function choice<Word extends string>(
  scheme: string,
  params: URLSearchParams,
  name: string,
  words: readonly [Word, ...Word[]],
): Word {
  const given = params.get(name);
  const word = given === null ? words[0] : words.find((one) => one === given.toLowerCase());
  if (word !== undefined) return word;
  throw placeError(
    `The parameter ${name} of the ${scheme}: destination is ${JSON.stringify(given)}.`,
    `It is one of ${words.join(', ')}.`,
    { code: 'bad-url' },
  );
}
