/** `12,345`. */
export function grouped(n: number): string {
  return String(Math.round(n)).replaceAll(/\B(?=(\d{3})+$)/g, ',');
}

/** A length of time as people say it: `12 s`, `3 min 20 s`, `14 h 5 min`. */
export function lasting(ms: number): string {
  const seconds = Math.round(ms / 1000);
  if (ms < 9950) return `${(ms / 1000).toFixed(1)} s`;
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return seconds % 60 === 0 ? `${minutes} min` : `${minutes} min ${seconds % 60} s`;
  const rest = Math.round(seconds / 60) % 60;
  const hours = Math.floor(Math.round(seconds / 60) / 60);
  return rest === 0 ? `${hours} h` : `${hours} h ${rest} min`;
}

/** `1 row`, `12,345 rows`. */
export function counted(n: number, one: string, many = `${one}s`): string {
  return `${grouped(n)} ${n === 1 ? one : many}`;
}

/** Calls that a label may make, in the unit that gives a number above one: `20/s`, `20/min`. */
export function rate(perSecond: number | undefined): string {
  if (perSecond === undefined) return 'no limit';
  const [value, unit] = perSecond < 1 ? [perSecond * 60, 'min'] : [perSecond, 's'];
  return `${Number.isInteger(value) ? value : value.toFixed(1)}/${unit}`;
}
