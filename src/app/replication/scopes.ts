import type { Stream } from '../../core/stream.ts';
import { areClassic } from '../../extract/scopes.ts';

/** Whether an account may read a stream: `unknown` when nobody asked, or when only use can tell. */
export interface Access {
  readable: 'yes' | 'no' | 'unknown';
  /** When it may not: the scope to add, of this stream or of one that it hangs below. */
  missing?: string;
  /** The stream that lacks it, when it is another. */
  below?: string;
}

/** Whether these scopes are enough for a stream and for one of those that give it its parts. */
export function accessTo(
  stream: Stream,
  streams: ReadonlyMap<string, Stream>,
  granted: readonly string[] | undefined,
): Access {
  if (granted === undefined) return { readable: 'unknown' };
  const has = new Set(granted);
  const lacking = lackOf(stream, streams, has, new Set());
  if (!lacking) return { readable: 'yes' };
  if (areClassic(granted)) return { readable: 'unknown' };
  return {
    readable: 'no',
    missing: lacking.scopes[0] ?? '',
    ...(lacking === stream ? {} : { below: lacking.name }),
  };
}

/** The first stream on the way that may not be read; undefined when there is a way. */
function lackOf(
  stream: Stream,
  streams: ReadonlyMap<string, Stream>,
  has: ReadonlySet<string>,
  seen: ReadonlySet<string>,
): Stream | undefined {
  const any = (scopes: readonly string[]): boolean =>
    scopes.length === 0 || scopes.some((one) => has.has(one));
  if (!any(stream.scopes)) return stream;
  const lacks = (stream.parents ?? []).map(({ stream: name }) => {
    const parent = streams.get(name);
    if (!parent || seen.has(name)) return stream;
    return lackOf(parent, streams, has, new Set([...seen, stream.name]));
  });
  return lacks.includes(undefined) ? undefined : lacks[0];
}
