import { z } from 'zod';
import { planUnitedTypeOrNone, licenseInfoList, zoomOneTypeOrNone } from './licences.ts';
import { country, flag, text } from './shapes.ts';

export const userType = z.literal([1, 2, 4, 99]);

export const loginType = z
  .literal([0, 1, 11, 21, 23, 24, 27, 97, 98, 99, 100, 101])
  .optional()
  .describe(
    'How the user signs in: 0 Facebook, 1 Google, 24 Apple, 27 Microsoft, 97 mobile device, 98 RingCentral, 99 API user, 100 work e-mail, 101 single sign-on; in China 11 phone number, 21 WeChat, 23 Alipay.',
  );

const PMI = 'expected the 10 digits of a personal meeting id, such as 555 123 4567';

/** Zoom takes it as a number; ten digits fit. */
const pmi = z
  .union([z.string(), z.number()], { error: PMI })
  .transform((id) => String(id).replaceAll(/[\s-]/g, ''))
  .pipe(z.string().regex(/^[1-9]\d{9}$/, PMI))
  .transform(Number);

/** What of a user can be changed. */
export const profileFields = {
  first_name: z.string().max(64).optional().describe('First name, at most 64 characters.'),
  last_name: z.string().max(64).optional().describe('Last name, at most 64 characters.'),
  display_name: z.string().max(128).optional().describe('Name that others see, at most 128 characters.'),
  type: userType.optional().describe('1 Basic, 2 Licensed, 4 Unassigned, 99 None.'),
  zoom_one_type: zoomOneTypeOrNone,
  plan_united_type: planUnitedTypeOrNone,
  license_info_list: licenseInfoList,
  feature: z
    .strictObject({
      zoom_phone: flag('Whether the user has Zoom Phone; no takes numbers and phones away.'),
    })
    .optional()
    .describe('Features of the user.'),
  dept: text('Department, such as Research.'),
  company: z.string().max(255).optional().describe('Company, at most 255 characters.'),
  job_title: z.string().max(128).optional().describe('Job title, at most 128 characters.'),
  cost_center: text('Cost centre.'),
  location: z.string().max(256).optional().describe('Place, at most 256 characters, such as London.'),
  manager: text('Address or name of the manager, of the same account.'),
  timezone: text('Time zone, such as Europe/Berlin.'),
  language: text('Language, such as en-US.'),
  phone_numbers: z
    .array(
      z.strictObject({
        code: text('Dialling code of the country, such as +44.'),
        country: country.optional().describe('Country code of two letters, such as GB.'),
        label: z.enum(['Mobile', 'Office', 'Home', 'Fax']).optional().describe('Which phone it is.'),
        number: text('The number, such as 2079460000.'),
      }),
    )
    .max(3)
    .optional()
    .describe('Phone numbers, at most 3.'),
  custom_attributes: z
    .array(
      z.strictObject({
        key: z.string().describe('Key of the attribute, such as cbf_cywdkexrtqc73f97gd4w6g.'),
        name: text('Its name.'),
        value: z.string().describe('Its value.'),
      }),
    )
    .max(5)
    .optional()
    .describe("The account's own attributes, at most 5."),
  pronouns: text('Pronouns, such as she/her.'),
  pronouns_option: z
    .literal([1, 2, 3])
    .optional()
    .describe('Whether they are shown: 1 asked each time, 2 always, 3 never.'),
  about_me: z.string().max(150).optional().describe('About the user, at most 150 characters, no HTML.'),
  linkedin_url: z
    .string()
    .regex(/linkedin\.com/, 'expected an address of linkedin.com')
    .optional()
    .describe('Address on LinkedIn, such as https://www.linkedin.com/in/ada.'),
  pmi: pmi.optional().describe('Personal meeting id, 10 digits, such as 555 123 4567.'),
  use_pmi: flag('Whether instant meetings use the personal meeting id.'),
  vanity_name: text('Name of the personal meeting room.'),
  host_key: z
    .string()
    .regex(/^\d{6,10}$/, 'expected 6 to 10 digits')
    .optional()
    .describe('Host key, 6 to 10 digits. A secret.'),
  cms_user_id: text('User id at Kaltura.'),
  group_id: text('Group that a pending user is put into.'),
  division_ids: z.array(z.string()).max(1).optional().describe('Division of the user; Zoom takes one.'),
};
