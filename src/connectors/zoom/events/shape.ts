import { z } from 'zod';

/**
 * The words in which events are written down. Members are named in lists, because hundreds of them are alike.
 *
 * What Zoom documents is what is named; other members are kept. Nothing but ids and the parts that an event is about is
 * demanded, and numbers that come as text (or the reverse) are taken for what is documented, as Zoom itself is not sure
 * (FACTS E, traps 1 and 8).
 */

type Words<List extends string> = List extends `${infer Head} ${infer Tail}` ? Head | Words<Tail> : List;
type Members<List extends string, Type> = { [Name in Words<List>]: Type };

/* Named, so that the declarations of hundreds of events stay short. */
export interface Id extends z.ZodType<string> {}
export interface Text extends z.ZodOptional<z.ZodType<string | undefined>> {}
export interface Count extends z.ZodOptional<z.ZodType<number | undefined>> {}
export interface Flag extends z.ZodOptional<z.ZodType<boolean | undefined>> {}
export interface TextList extends z.ZodOptional<z.ZodType<string[] | undefined>> {}
export interface Part<Shape extends z.ZodRawShape> extends z.ZodObject<Shape, z.core.$loose> {}
export interface Maybe<Shape extends z.ZodRawShape> extends z.ZodOptional<
  z.ZodType<z.output<Part<Shape>> | undefined>
> {}
export interface Many<Shape extends z.ZodRawShape> extends z.ZodOptional<
  z.ZodType<z.output<Part<Shape>>[] | undefined>
> {}
export interface Open extends z.ZodOptional<z.ZodType<Record<string, unknown> | undefined>> {}

const nothing = z.null().transform(() => undefined);
const asText = z.number().transform(String);
const asNumber = z
  .string()
  .regex(/^-?\d+(?:\.\d+)?$/)
  .transform(Number);
const empty = z.literal('').transform(() => undefined);

const id: Id = z.union([z.string(), asText]);
const text: Text = z.union([z.string(), asText, z.boolean().transform(String), nothing]).optional();
const count: Count = z.union([z.number(), asNumber, empty, nothing]).optional();
const flag: Flag = z.union([z.boolean(), z.stringbool(), nothing]).optional();
const textList: TextList = z.union([z.array(id), nothing]).optional();

/** Ids: always there, always text, also where Zoom sends a number. */
export const ids = <const List extends string>(list: List): Members<List, Id> => each(list, id);

export const texts = <const List extends string>(list: List): Members<List, Text> => each(list, text);

export const numbers = <const List extends string>(list: List): Members<List, Count> => each(list, count);

export const flags = <const List extends string>(list: List): Members<List, Flag> => each(list, flag);

/** Lists of texts. */
export const lists = <const List extends string>(list: List): Members<List, TextList> => each(list, textList);

/** A part with members of its own. */
export const part = <Shape extends z.ZodRawShape>(shape: Shape): Part<Shape> => z.looseObject(shape);

/** A part that may be missing. */
export const maybe = <Shape extends z.ZodRawShape>(shape: Shape): Maybe<Shape> =>
  z.union([part(shape), nothing]).optional();

/** A list of parts, which may be missing. */
export const many = <Shape extends z.ZodRawShape>(shape: Shape): Many<Shape> =>
  z.union([z.array(part(shape)), nothing]).optional();

/** A part of which only the existence is documented well enough: settings, mostly. */
export const open: Open = z.union([z.looseObject({}), nothing]).optional();

// oxlint-disable-next-line typescript/no-generated-empty-object-type -- a shape without members
type NoMembers = Record<never, never>;

const envelope = { ...numbers('event_ts') };

/** An event about `payload.object`. `beside` are members of the payload, `above` those beside `event`. */
export function about<
  Of extends z.ZodRawShape,
  Beside extends z.ZodRawShape = NoMembers,
  Above extends z.ZodRawShape = NoMembers,
>(object: Of, beside?: Beside, above?: Above) {
  const payload = { ...texts('account_id'), ...((beside ?? {}) as Beside), object: part(object) };
  return part({ ...envelope, ...((above ?? {}) as Above), payload: part(payload) });
}

/** An event whose payload has no object. */
export function bare<Payload extends z.ZodRawShape, Above extends z.ZodRawShape = NoMembers>(
  payload: Payload,
  above?: Above,
) {
  return part({ ...envelope, ...((above ?? {}) as Above), payload: part(payload) });
}

/** Who did it. */
export const operator = texts('operator operator_id');

function each<List extends string, Type>(list: List, type: Type): Members<List, Type> {
  return Object.fromEntries(list.split(' ').map((name) => [name, type])) as Members<List, Type>;
}
