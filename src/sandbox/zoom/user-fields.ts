/** What the documents allow in the bodies of users (FACTS G, items 3 and 4). */
import { type Fields, among, email, flag, listOf, object, text, whole, word } from './fields.ts';

const UNITED: readonly string[] = Array.from({ length: 18 }, (_, power) => String(2 ** power));

/** The document prints some of them rounded: 576460752303423500 stands for 2^59. */
const ONE = [4, 5, 6, 7, 25, 27, 28, 29, 30, 32, 33, 34, 35, 36, 37, 38, 39, 40, 41, 42, 54, 56, 57, 59].map(
  (power) => 2 ** power,
);

const licences = listOf(
  object(
    {
      license_type: word('MEETING', 'ZOOM_WORKPLACE_BUNDLE'),
      license_option: among(2, 4, 8, ...ONE),
      subscription_id: text(),
    },
    'license_type',
    'license_option',
    'subscription_id',
  ),
  2,
);

const SHARED: Fields = {
  first_name: text(64),
  last_name: text(64),
  display_name: text(128),
  type: among(1, 2, 4, 99),
  division_ids: listOf(text()),
  license_info_list: licences,
};

/** The body of `POST /users`. */
export const NEW_USER: Fields = {
  action: word('create', 'autoCreate', 'custCreate', 'ssoCreate'),
  user_info: object(
    {
      ...SHARED,
      email,
      password: { is: 'text', min: 8, max: 32 },
      feature: object({ zoom_phone: flag, zoom_one_type: among(...ONE) }),
      plan_united_type: word(...UNITED),
    },
    'email',
    'type',
  ),
};

/** The body of `PATCH /users/{userId}`. */
export const CHANGED_USER: Fields = {
  ...SHARED,
  cms_user_id: text(),
  company: text(255),
  custom_attributes: listOf(object({ key: text(), name: text(), value: text() }), 5),
  dept: text(),
  group_id: text(),
  host_key: { is: 'text', like: /^\d{6,10}$/ },
  job_title: text(128),
  cost_center: text(),
  language: text(),
  location: text(256),
  // Called an address by the schema; the document's own sample has a name.
  manager: text(),
  phone_country: text(),
  phone_number: text(),
  phone_numbers: listOf(
    object({ code: text(), country: text(), label: word('Mobile', 'Office', 'Home', 'Fax'), number: text() }),
    3,
  ),
  pmi: whole(1_000_000_000, 9_999_999_999),
  pronouns: text(),
  pronouns_option: among(1, 2, 3),
  timezone: text(),
  use_pmi: flag,
  vanity_name: text(),
  zoom_one_type: among(0, ...ONE),
  plan_united_type: word(...UNITED, 'none'),
  feature: object({ zoom_phone: flag }),
  about_me: text(150),
  linkedin_url: text(),
};
