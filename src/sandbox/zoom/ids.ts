/**
 * Identifiers that carry their own place in the world.
 *
 * A numeric id or a UUID is turned back into (owner, position) by arithmetic, so an account of any size needs no
 * index in memory. Whoever decodes one must encode the place again and compare: foreign ids decode to nonsense.
 */
import { random } from '../random.ts';
import { cycle } from './cycle.ts';

/** What a series or an instance is of. */
export type Kind = 'meeting' | 'webinar';

const BASE64 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
const BASE64URL = `${BASE64.slice(0, 62)}-_`;
const PLAIN = BASE64.slice(0, 62);

/** A 22-character id as Zoom gives to users and registrants (FACTS A). */
export function opaqueId(...place: readonly (string | number)[]): string {
  const stream = random(...place);
  let id = '';
  for (let i = 0; i < 22; i++) id += BASE64URL[Math.floor(stream.next() * 64)];
  return id;
}

const NUMBERS = 10_000_000_000n;
const NUMBER_STEP = 7_654_321_987n;
const NUMBER_BACK = inverse(NUMBER_STEP, NUMBERS);
const SERIES_PER_OWNER = 10_000;

/** The 11-digit number of a meeting (begins with 8) or webinar (begins with 9); beyond 32 bits as real ones are. */
export function seriesNumber(seed: number, kind: Kind, owner: number, series: number): number {
  const place = BigInt(owner * SERIES_PER_OWNER + series);
  const mixed = (place * NUMBER_STEP + BigInt(seed) * 104_729n + 1_234_567_891n) % NUMBERS;
  return (kind === 'meeting' ? 80_000_000_000 : 90_000_000_000) + Number(mixed);
}

/** The place that a number stands for; to be checked by encoding it again. */
export function placeOfNumber(seed: number, id: number): { kind: Kind; owner: number; series: number } {
  const kind: Kind = id < 90_000_000_000 ? 'meeting' : 'webinar';
  const mixed = BigInt(id % 10_000_000_000) - (BigInt(seed) * 104_729n + 1_234_567_891n);
  const place = Number(mod(mixed * NUMBER_BACK, NUMBERS));
  return { kind, owner: Math.floor(place / SERIES_PER_OWNER), series: place % SERIES_PER_OWNER };
}

const SPACE = 1n << 48n;
const UUID_STEP = 0x5deece66d3bbn;
const UUID_BACK = inverse(UUID_STEP, SPACE);
const POSITIONS = 1 << 24;

/** The prefixes that try a client's path encoding: FACTS C. The rest of a UUID is random anyway. */
const SHAPES: readonly ((text: string) => string)[] = [
  (text) => text,
  (text) => `/${text.slice(1)}`,
  (text) => `${text.slice(0, 5)}//${text.slice(7)}`,
  (text) => `${text.slice(0, 3)}+${text.slice(4)}`,
  (text) => `${text.slice(0, 4)}/${text.slice(5)}`,
  (text) => `${text.slice(0, 2)}+${text.slice(3, 6)}/${text.slice(7)}`,
];

/** The UUID of one instance: 24 characters of base64 whose middle holds the place. */
export function instanceUuid(seed: number, kind: Kind, owner: number, position: number): string {
  const place = (BigInt(owner) * BigInt(POSITIONS) + BigInt(position)) * 2n + (kind === 'webinar' ? 1n : 0n);
  let mixed = Number((place * UUID_STEP + BigInt(seed) * 15_485_863n + 99_991n) % SPACE);
  let middle = '';
  for (let i = 0; i < 8; i++) {
    middle = `${BASE64[mixed % 64]}${middle}`;
    mixed = Math.floor(mixed / 64);
  }
  const stream = random(seed, 'uuid', kind, owner, position);
  let head = '';
  for (let i = 0; i < 12; i++) head += PLAIN[Math.floor(stream.next() * 62)];
  const shape = cycle(SHAPES, owner * 7 + position);
  return `${shape(head)}${middle}${stream.int(0, 9)}${stream.pick(['A', 'Q', 'g', 'w'])}==`;
}

/** The place that a UUID stands for; to be checked by encoding it again. */
export function placeOfUuid(
  seed: number,
  uuid: string,
): { kind: Kind; owner: number; position: number } | undefined {
  if (uuid.length !== 24) return undefined;
  let mixed = 0n;
  for (const letter of uuid.slice(12, 20)) mixed = mixed * 64n + BigInt(Math.max(0, BASE64.indexOf(letter)));
  const place = mod((mixed - BigInt(seed) * 15_485_863n - 99_991n) * UUID_BACK, SPACE);
  const rest = Number(place >> 1n);
  return {
    kind: place % 2n === 1n ? 'webinar' : 'meeting',
    owner: Math.floor(rest / POSITIONS),
    position: rest % POSITIONS,
  };
}

function mod(value: bigint, modulus: bigint): bigint {
  return ((value % modulus) + modulus) % modulus;
}

/** The number that undoes multiplication by `value`: extended Euclid. */
function inverse(value: bigint, modulus: bigint): bigint {
  let [a, b, x, y] = [value, modulus, 1n, 0n];
  while (b !== 0n) {
    const times = a / b;
    [a, b] = [b, a - times * b];
    [x, y] = [y, x - times * y];
  }
  return mod(x, modulus);
}
