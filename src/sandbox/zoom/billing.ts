/** What the account pays by the month. */
import { random } from '../random.ts';
import { opaqueId } from './ids.ts';
import { addMonths, startOfDay } from './time.ts';
import type { World } from './world.ts';

/** One month that has been billed. */
export interface Period {
  id: string;
  start: number;
  end: number;
  /** 0 detailed, 1 custom. */
  type: 0 | 1;
  invoices: readonly Invoice[];
}

/** One line of it; amounts in cents. */
export interface Invoice {
  number: string;
  charge: string;
  quantity: number;
  amount: number;
  tax: number;
}

const MONTHS = 12;
const CHARGES = [
  ['Zoom Workplace Pro', 1399],
  ['Webinar 500', 6900],
  ['Zoom Phone Metered', 1000],
  ['Audio Conferencing Options', 10_000],
  ['Cloud Recording 30 GB', 1000],
] as const;

/** The last twelve months that are over, the newest first. */
export function periods(world: World, now: number): Period[] {
  const { seed } = world.ground;
  const date = new Date(startOfDay(now));
  const thisMonth = Date.UTC(date.getUTCFullYear(), date.getUTCMonth(), 1);
  return Array.from({ length: MONTHS }, (_, i) => {
    const start = addMonths(thisMonth, -i - 1);
    const stream = random(seed, 'billing', start);
    const lines = CHARGES.slice(0, stream.int(2, CHARGES.length));
    return {
      id: opaqueId(seed, 'billing-id', start),
      start,
      end: addMonths(start, 1) - 1,
      type: i % 6 === 5 ? 1 : 0,
      invoices: lines.map(([charge, price], n) => {
        const quantity = stream.int(1, Math.max(2, world.users.length));
        const amount = quantity * price;
        const month = new Date(start).toISOString().slice(0, 7).replace('-', '');
        return { number: `INV${month}${n}`, charge, quantity, amount, tax: Math.round(amount * 0.2) };
      }),
    };
  });
}
