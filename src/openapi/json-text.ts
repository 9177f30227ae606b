/** A tree of the pointers that are looked for. */
export interface Wanted {
  pointer?: string;
  below: Map<string, Wanted>;
}

interface Frame {
  object: boolean;
  /** Members so far, where doubles are looked for. */
  names: Set<string> | undefined;
  key: string;
  keyAt: number;
  index: number;
  wanted: Wanted | undefined;
}

/** Levels in which members that stand twice are looked for: down to the properties of a schema. */
const LEVELS = 6;
const BACKSLASH = 0x5c;

export interface JsonVisitor {
  /** Where a wanted pointer stands: its key, or its value in a list. */
  found?(pointer: string, offset: number): void;
  /** A member that stands twice in an object. `JSON.parse` would keep the last without a word. */
  double?(path: string[], offset: number): void;
  wanted?: Wanted;
}

/**
 * Walks through a text that is known to be JSON, without making its values: 13 MB take about 0.1 s.
 * @returns how deep it is nested
 */
export function walkJson(text: string, visitor: JsonVisitor): number {
  const stack: Frame[] = [];
  let frame: Frame | undefined;
  let isKey = false;
  let deepest = 0;
  const value = (offset: number): Wanted | undefined => {
    if (!frame) return visitor.wanted;
    if (!frame.wanted) return undefined;
    const wanted = frame.wanted.below.get(frame.object ? frame.key : String(frame.index));
    if (wanted?.pointer !== undefined) {
      visitor.found?.(wanted.pointer, frame.object ? frame.keyAt : offset);
    }
    return wanted;
  };
  for (let i = 0; i < text.length; i++) {
    switch (text.charCodeAt(i)) {
      case 0x22: {
        const end = closing(text, i);
        if (frame && isKey) {
          isKey = false;
          if (frame.names || frame.wanted) {
            const raw = text.slice(i, end + 1);
            frame.key = raw.includes('\\') ? (JSON.parse(raw) as string) : raw.slice(1, -1);
            frame.keyAt = i;
            if (frame.names?.has(frame.key)) visitor.double?.(pathOf(stack), i);
            frame.names?.add(frame.key);
          }
        } else value(i);
        i = end;
        break;
      }
      case 0x7b: // {
      case 0x5b: {
        const object = text.charCodeAt(i) === 0x7b;
        const wanted = value(i);
        const names = object && visitor.double && stack.length < LEVELS ? new Set<string>() : undefined;
        frame = { object, names, key: '', keyAt: i, index: 0, wanted };
        stack.push(frame);
        if (stack.length > deepest) deepest = stack.length;
        isKey = object;
        break;
      }
      case 0x7d: // }
      case 0x5d:
        stack.pop();
        frame = stack.at(-1);
        isKey = false;
        break;
      case 0x2c: // ,
        if (frame?.object) isKey = true;
        else if (frame) frame.index += 1;
        break;
      case 0x3a: // :
      case 0x20:
      case 0x0a:
      case 0x0d:
      case 0x09:
        break;
      default: {
        value(i);
        while (i + 1 < text.length && !/[,\]}\s]/.test(text[i + 1] as string)) i += 1;
      }
    }
  }
  return deepest;
}

/** Offset of the quote that ends a string. */
function closing(text: string, start: number): number {
  for (let end = text.indexOf('"', start + 1); end !== -1; end = text.indexOf('"', end + 1)) {
    let slashes = 0;
    while (text.charCodeAt(end - 1 - slashes) === BACKSLASH) slashes += 1;
    if (slashes % 2 === 0) return end;
  }
  return text.length;
}

function pathOf(stack: readonly Frame[]): string[] {
  return stack.map((frame) => (frame.object ? frame.key : String(frame.index)));
}

/** Pointers as a tree. */
export function wantedOf(pointers: readonly string[]): Wanted {
  const root: Wanted = { below: new Map() };
  for (const pointer of pointers) {
    let here = root;
    for (const part of pointer.split('/').slice(1)) {
      const key = part.replaceAll('~1', '/').replaceAll('~0', '~');
      let next = here.below.get(key);
      if (!next) here.below.set(key, (next = { below: new Map() }));
      here = next;
    }
    here.pointer = pointer;
  }
  return root;
}
