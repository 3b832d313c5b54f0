/** What is promised of an account that its trader, and the venue, use beside us. */
import type { PromiseRow } from './promise-row.ts';

const FOREIGN = 'src-engine/venues/kraken/private/foreign-rows.test.ts';
const DATABASE = 'src-engine/storage/database.test.ts';
const KILL = 'src-engine/engine/kill/kill-any-state.test.ts';
const STRANGERS = 'src-engine/kernel/strangers.test.ts';

export const ACCOUNT_PROMISES: readonly PromiseRow[] = [
  {
    id: 45,
    promise:
      'Orders, trades and rows of others never stop trading, whatever they hold; they are shown, counted and named.',
    status: 'holds',
    evidence: [
      `${FOREIGN} › a trailing stop at "%s" is an order like any other, with its price as the venue writes it`,
      `${FOREIGN} › an order never throws; what is reported without a problem can be read`,
      `${FOREIGN} › keeps its connection, whatever the venue sends about orders and balances that are not ours`,
      `${STRANGERS} › never stop trading: a trailing stop, an odd order and an odd trade are shown, counted and named once`,
      `${STRANGERS} › on the socket makes its order unknown, and the account is asked`,
    ],
  },
  {
    id: 46,
    promise:
      'What no instrument of the run trades cannot stop it: rewards, staked forms, airdrops and fee credits are shown.',
    status: 'holds',
    evidence: [
      `${STRANGERS} › a reward in %s is shown at once and stops nothing`,
      `${STRANGERS} › that are withdrawn are shown as gone, and a difference of a traded asset still stops trading`,
    ],
  },
  {
    id: 47,
    promise: 'Money that other orders hold, or that is pledged, is not planned with.',
    status: 'holds',
    evidence: [
      `${STRANGERS} › is not planned with, and is shown`,
      `${FOREIGN} › of a balance only what is available is planned with: credit offsets what is held, and is not money of ours`,
    ],
  },
  {
    id: 48,
    promise:
      'Only refusals that the venue documents are definite; after every other answer an order is unknown.',
    status: 'holds',
    evidence: ['src-engine/venues/kraken/private/rest-caller.test.ts › %s is a refusal; definite: %s'],
  },
  {
    id: 49,
    promise:
      'Nothing that was decided is dropped silently: what no adapter carries out is reported and halts trading.',
    status: 'holds',
    evidence: [
      'src-engine/runner/lost-effects.test.ts › ends an approved order as denied, since it never left, and halts',
      'src-engine/runner/lost-effects.test.ts › leaves the order that it was given unknown: it may have left',
    ],
  },
  {
    id: 50,
    promise:
      'A pair that leaves trading between two runs stops nothing, and its orders can be settled and canceled.',
    status: 'holds',
    evidence: [
      `${STRANGERS} › with an order that had ended stops nothing`,
      `${STRANGERS} › is carried along with its open order, which is settled by what the venue shows and booked to the last digit`,
      `${STRANGERS} › with an order that is still open is canceled by a kill, and counted`,
    ],
  },
  {
    id: 71,
    promise:
      'A kill with an account chosen reaches the venue whatever state the engine is in, or says that it could not.',
    status: 'holds',
    evidence: [
      `${KILL} › that was refused a session: the account is canceled over REST, and the venue shows that nothing is open`,
      `${KILL} › that is still starting: the account is canceled, and the session that comes up is killed`,
      `${KILL} › whose venue cannot be reached: it says so, tries again, and cancels as soon as it can`,
      `${KILL} › whose session runs and whose venue then falls silent: it says so, and cancels as soon as it can`,
      `${KILL} › with an order of the last run on a pair that left trading: it starts, carries the pair along, and cancels it`,
    ],
  },
  {
    id: 72,
    promise:
      'A database that is empty, cut off, of another program, or gone is refused, and never taken for a new one.',
    status: 'holds',
    evidence: [
      `${DATABASE} › refuses a file of no bytes, names what it held, and changes nothing`,
      `${DATABASE} › refuses a database without tables, and one of another program`,
      `${DATABASE} › refuses to create the file again where it is missing and something shows that it was there`,
      `${DATABASE} › leaves the bytes of one that was cut off in the middle alone, without reading all of it`,
      `${DATABASE} › has a name only once its tables are in it: a first start that breaks off leaves none, and can be repeated`,
      `${DATABASE} › refuses one that is empty though it was used from this data folder`,
    ],
  },
];
