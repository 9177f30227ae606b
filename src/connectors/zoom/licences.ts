import { z } from 'zod';

/** Zoom Workplace plans, each a power of two; those beyond 2^53 would lose digits as JavaScript numbers. */
const WORKPLACE = [
  '16',
  '32',
  '64',
  '128',
  '33554432',
  '134217728',
  '268435456',
  '536870912',
  '1073741824',
  '4294967296',
  '8589934592',
  '17179869184',
  '34359738368',
  '68719476736',
  '137438953472',
  '274877906944',
  '549755813888',
  '1099511627776',
  '2199023255552',
  '4398046511104',
  '18014398509481984',
  '72057594037927936',
  '144115188075855872',
  '576460752303423488',
] as const;

/** A number that is one of `values`, given as text, number or bigint; on the wire a number with all its digits. */
function exactNumber(values: readonly string[]) {
  const known = new Set(values);
  const error = `must be one of ${values.join(', ')}`;
  return z
    .union([z.enum(values), z.number(), z.bigint()], { error })
    .transform(digits)
    .refine((text) => known.has(text), { error })
    .transform((text) => {
      const number = Number(text);
      return Number.isSafeInteger(number) ? number : BigInt(text);
    });
}

/** A power of two is exact in a double; printing it as a double is what rounds it. */
function digits(value: string | number | bigint): string {
  return typeof value === 'number' && Number.isInteger(value) ? String(BigInt(value)) : String(value);
}

const PLANS =
  '16, 32, 64, 128, 33554432 are Business Plus for US/CA, UK/IE, AU/NZ, Japan, Global Select; ' +
  '134217728, 536870912, 1073741824, 268435456 are Enterprise Premier for US/CA, UK/IE, AU/NZ, Japan; ' +
  '4398046511104 is Pro Plus for US/CA; all others are plans for education';

export const zoomOneType = exactNumber(WORKPLACE)
  .optional()
  .describe(`Zoom Workplace plan, such as 64: ${PLANS}.`);

export const zoomOneTypeOrNone = exactNumber(['0', ...WORKPLACE])
  .optional()
  .describe(`Zoom Workplace plan, such as 64; 0 takes the licence away: ${PLANS}.`);

/** Zoom United plans, each a power of two as text. */
const UNITED = Array.from({ length: 18 }, (_, bit) => String(2 ** bit));

const UNITED_PLANS =
  '1, 2, 4, 8, 16 are Pro with US/CA, UK/IE, AU/NZ, Global Select, Phone Pro; 32 to 512 the same for Business; ' +
  '1024 to 16384 for Enterprise; 32768, 65536, 131072 the three with Japan';

export const planUnitedType = z
  .enum(UNITED)
  .optional()
  .describe(`Zoom United plan, such as 32: ${UNITED_PLANS}.`);

export const planUnitedTypeOrNone = z
  .enum([...UNITED, 'none'])
  .optional()
  .describe(`Zoom United plan, such as 32; \`none\` takes it away: ${UNITED_PLANS}.`);

export const licenseInfoList = z
  .array(
    z.strictObject({
      license_type: z
        .enum(['MEETING', 'ZOOM_WORKPLACE_BUNDLE'])
        .describe('Whether it is a licence for meetings or a Zoom Workplace plan.'),
      license_option: exactNumber(['2', '4', '8', ...WORKPLACE]).describe(
        `2 for a meeting licence; else the plan: 4 Enterprise, 8 Enterprise Plus, ${PLANS}.`,
      ),
      subscription_id: z.string().describe('Subscription that the licence is taken from, such as SUBREF-1.'),
    }),
  )
  .max(2)
  .optional()
  .describe('Licences by subscription, at most 2; only for accounts with several subscriptions.');
