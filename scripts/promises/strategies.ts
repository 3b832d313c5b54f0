/** What is promised of strategies, features and models. */
import type { PromiseRow } from './promise-row.ts';

const AT_ACCOUNT = 'src-engine/kernel/account-strategies.test.ts';
const PROMOTION = 'src-engine/engine/strategies/strategy-promotion.test.ts';
const CAPTURE = 'src-engine/kernel/capture-gate.test.ts';
const ENSEMBLE = 'src-engine/strategies/ensemble/ensemble.test.ts';
const SEEN = 'src-engine/backtest/overfit/seen-data.test.ts';
const STRATEGY = 'src-engine/backtest/strategy/strategy.test.ts';
const FEATURES = 'src-engine/features/features.test.ts';
const MODELS = 'src-engine/models/known-answers.test.ts';
const LEARNING = 'src-engine/models/learning.test.ts';
const HOSTILE = 'src-engine/training/hostile-models.test.ts';
const TRAIN = 'src-engine/cli/commands/train.test.ts';
const SESSION = 'src-engine/kernel/strategies.test.ts';
const CONTROLS = 'src-engine/engine/strategies/strategy-controls.test.ts';
const SHELF = 'src-engine/assembly/strategy-shelf.test.ts';
const OWN = 'src-engine/assembly/own-strategy/own-strategy.test.ts';
const MODEL = 'src-engine/training/model-strategy.test.ts';
const RUN = 'src-engine/training/run-training.test.ts';
const OUTLINE = 'src-engine/models/onnx/onnx-outline.test.ts';
const OUTSIDE = 'src-engine/kernel/outside-model.test.ts';
const INFERENCE = 'src-engine/onnx/inference.test.ts';
const DESK = 'src-engine/onnx/onnx-desk.test.ts';
const RETRAIN = 'src-engine/lab/retrain/retraining.test.ts';
const JOBS = 'src-engine/lab/jobs.test.ts';
const TYPED = 'src-engine/cli/commands/strategy.test.ts';

const ROUND = 'src-engine/intelligence/round.test.ts';
const AGENT = 'src-engine/intelligence/intelligence.test.ts';
const REBALANCING = 'src-engine/strategies/rebalancing/rebalancing.test.ts';
const PORTFOLIO = 'src-engine/kernel/portfolio-session.test.ts';
const SENTIMENT = 'src-engine/kernel/sentiment.test.ts';
const PERPETUALS = 'src-engine/engine/perpetuals/perpetuals-desk.test.ts';
const CARRY = 'src-engine/backtest/carry/carry-backtest.test.ts';

export const STRATEGY_PROMISES: readonly PromiseRow[] = [
  {
    id: 140,
    promise:
      'A strategy decides by recorded inputs alone: the same run gives the same digest, later bars change no decision, a restart goes on with the same ones; what it does wrong stops it and nothing else.',
    status: 'holds',
    evidence: [
      `${STRATEGY} › gives the same digest twice, and another one for another parameter, seed or bar`,
      `${STRATEGY} › find nothing in %s`,
      `${STRATEGY} › find a decision that rests on later bars, on chance of its own, and on what a restart loses`,
      `${STRATEGY} › closes what it held`,
      `${STRATEGY} › holds what is scaffolded, which runs; one that is broken is named and keeps no other from running`,
      `${TYPED} › gives the same result twice, counts the trial once, and another parameter as another trial`,
    ],
  },
  {
    id: 141,
    promise:
      'Indicators agree with the values of TA-Lib, features know nothing of what comes later, and their export has the bytes of NumPy.',
    status: 'holds',
    evidence: [
      `${FEATURES} › of SMA, EMA and RSI, on every one of 252 bars`,
      `${FEATURES} › of MACD and Bollinger bands, to the digits printed`,
      `${FEATURES} › finds nothing in any feature of the house`,
      `${FEATURES} › finds a mean of the whole day, the next close, and a normalisation by all of it`,
      `${FEATURES} › and the bytes of NumPy`,
      `${TYPED} › export the same bytes twice, in four forms, and refuse a file that exists`,
    ],
  },
  {
    id: 142,
    promise:
      'On random walks no strategy of the house earns beyond noise; where a signal is planted the right one earns net of costs.',
    status: 'holds',
    evidence: [
      `${STRATEGY} › on random walks no strategy of the house earns beyond noise`,
      `${STRATEGY} › where a signal is planted the right strategy earns net of costs, and the wrong one does not`,
    ],
  },
  {
    id: 143,
    promise:
      'Models give their published answers at the stated tolerances; a file of a model that is none is refused with what is wrong, within bounds.',
    status: 'partly',
    missing:
      'LSTM training is held to derivatives, not to the epochs of tfjs. Tests of ONNX Runtime itself run where it is installed (291 MB).',
    evidence: [
      `${MODELS} › logistic regression of Spector and Mazzeo: weights, standard errors, likelihood, probabilities`,
      `${MODELS} › XGBoost as JSON and as UBJ, with missing values and base scores`,
      `${MODELS} › LightGBM as text`,
      `${MODELS} › make the stump of XGBoost’s exact method`,
      `${LEARNING} › gives the optimal values of Sutton and Barto’s gridworld (figure 3.5)`,
      `${LEARNING} › has the forward pass of ONNX’s own test (test_lstm_defaults)`,
      `${LEARNING} › filter and smooth the umbrella world (Russell and Norvig)`,
      `${HOSTILE} › a tree that is too deep, without a stack of that depth`,
      `${OUTLINE} › is refused for %s`,
      `${OUTLINE} › that breaks off or was altered anywhere is refused or read, and nothing else is thrown`,
      `${HOSTILE} › a model of ours whose answers do not come out again, or whose numbers are none`,
    ],
  },
  {
    id: 144,
    promise:
      'Training gives the same bytes for the same inputs, says of a random walk that nothing earns, and finds a planted signal out of sample. It is a job that goes on from its finished folds after a cancel or a kill. A model becomes champion by stated gates, each named with value and bound, or over them by a typed word with a reason that is kept; one that was altered is named and not used.',
    status: 'holds',
    evidence: [
      `${TRAIN} › %s gives the same bytes twice, and says of a random walk that it does not earn`,
      `${TRAIN} › finds a planted signal out of sample, net of costs, and counts what was tried`,
      `${TRAIN} › promotes, rolls back in one step, and names what was altered`,
      `${RUN} › %s goes on from the folds that are done, to the same bytes and verdict`,
      `${RUN} › says how far it is, with the loss and Sharpe ratio of each epoch`,
      `${RUN} › follows from the gates; many more trials on the same data, or an altered record, close them`,
      `${JOBS} › is a job that registers a model with its verdict; what is at fault is said before`,
      `${MODELS} › shares no label between pieces, and leaves the embargo out`,
    ],
  },
  {
    id: 153,
    promise:
      'A strategy of a session in shadow sends no order and is booked exactly as the books would have filled it, fees included; on paper its orders pass every gate and check that others pass. No strategy trades an account that it was not promoted to.',
    status: 'holds',
    evidence: [
      `${SESSION} › decides at a closed bar, is filled at the next tick by the book with its fee, and sends no order`,
      `${SESSION} › takes no more than the book offers within the slippage, and says what is missing`,
      `${SESSION} › sells nothing that it does not hold`,
      `${SESSION} › of two markets holds neither side where one would have to be sold short`,
      `${SESSION} › trades through risk and the simulated venue, and what it holds is set aside`,
      `${SESSION} › is held to the limits and the kill switch as every order is, and says which refused`,
      `${CONTROLS} › is refused %j`,
      `${CONTROLS} › has paper only where orders are simulated`,
    ],
  },
  {
    id: 154,
    promise:
      'A strategy that throws or takes too long is stopped alone and named; a restart goes on with what each held, its state and its figures.',
    status: 'holds',
    evidence: [
      `${SESSION} › is stopped alone: its fault is a fact, what it holds stays, and the session goes on`,
      `${SESSION} › is stopped by a command where it takes too long, so that a replay stops it at the same step`,
      `${SESSION} › is named where its code is gone or its market is no part of the session`,
      `${SESSION} › goes on with what each held, its own state and its figures, and with the same decisions`,
      `${SESSION} › costs a session without strategies nothing: no fact, no bar`,
      `${SHELF} › lists the trader’s own without running them, and knows each by the bytes of its file`,
      `${SHELF} › starts without a file that never ends its loading, and without one that is broken, and names them`,
    ],
  },
  {
    id: 155,
    promise:
      'The replay of a session with strategies comes to the same decisions, and differs where the code of one is gone.',
    status: 'holds',
    evidence: [
      'src-engine/divergence/divergence.test.ts › decides the same, fact by fact and trade by trade',
      'src-engine/divergence/divergence.test.ts › differs at the first decision of a strategy whose code is gone',
    ],
  },
  {
    id: 156,
    promise:
      'A model in a session decides by its bars alone, and holds nothing where its answer is none, its features have left the training, or its probabilities do not come true.',
    status: 'holds',
    evidence: [
      `${MODEL} › decides by its bars alone: the same twice, nothing of later ones, and the same after a restart`,
      `${MODEL} › holds nothing where its answer is none`,
      `${MODEL} › rests once its features have left its training, and goes on when they are back`,
      `${MODEL} › rests where what it says does not come, which takes 200 outcomes, and keeps that over a restart`,
      `${SHELF} › pins a model to its version: what is promoted later is another strategy`,
    ],
  },
  {
    id: 179,
    promise:
      'What was tried on a market and time counts in every verdict on them, whatever the file is called, however long it is, and whether it was a run, a training or a sweep.',
    status: 'holds',
    evidence: [
      `${SEEN} › the same: %s`,
      `${SEEN} › another one: %s`,
      `${STRATEGY} › of both kinds and on all files of a market and time count together, with the ratios of one kind`,
      `${RUN} › counts trials on a file that is an hour longer, renamed, or cut, and none on what comes after`,
      `${JOBS} › on the same data count, each once, and are named in words`,
    ],
  },
  {
    id: 180,
    promise:
      'An ensemble trades where agents with measured skill agree beyond its gates; an agent that is late (made ones alone are so far: those of the house answer for the bar that is voted on), faulty or gone has no vote, and no vote rests on what came later.',
    status: 'holds',
    evidence: [
      `${ENSEMBLE} › wants a position where a signal is planted, net of costs and with a hit rate above its gate`,
      `${ENSEMBLE} › wants none on a random walk, and names the gate`,
      `${ENSEMBLE} › decides the same twice, nothing by later bars, and the same after a restart`,
      `${ENSEMBLE} › an agent that is %s has no vote, and the others go on as without it`,
      `${ENSEMBLE} › sends nothing where every agent is faulty, and one that threw is not asked again, after a restart neither`,
      `${ENSEMBLE} › another one holds once it was clear for three bars, not after a wild one, and says since when`,
    ],
  },
  {
    id: 186,
    promise:
      'Perpetuals are watched by public data alone, exactly and with the venue’s own intervals; what cannot be read is named, silence is an alarm, and one venue’s fault concerns no other and no spot book.',
    status: 'holds',
    evidence: [
      'src-engine/venues/conformance/perpetuals.test.ts › every venue with perpetuals has a scripted double here',
      'src-engine/venues/conformance/perpetuals.test.ts › numbers that no double holds stay as the venue wrote them',
      'src-engine/venues/toolkit/perpetual-feed.test.ts › a venue that fails is asked ever later and says why; one that asks for a pause is left alone as long as it asks',
      `${PERPETUALS} › silence is an alarm: nothing for a minute, or one time that the venue repeats; others are untouched`,
      `${PERPETUALS} › what cannot be read is counted and named, and what is not listed any longer is gone`,
      `${PERPETUALS} › a recording has what came, exactly, and is read again; a watch that ends ends its file`,
    ],
  },
  {
    id: 187,
    promise:
      'A carry runs on paper alone: its book is exact to the last digit, payments are those that were recorded, and what it lacks is counted.',
    status: 'holds',
    evidence: [
      `${CARRY} › entry, three payments of both signs, exit and fees agree with a reckoning by hand to the last digit`,
      `${CARRY} › the same recordings give the same digest, and a payment that is known after the exit belongs to the position of its time`,
      `${CARRY} › a payment that no recording has is counted as missing`,
      'src-engine/strategies/carry/carry-run.test.ts › a restart in the middle goes on as if nothing had happened',
    ],
  },
  {
    id: 189,
    promise:
      'A scorer gates nothing until it is on and champion; it is asked last and can only leave what would be taken, and without an answer it gates nothing. What it left is counted, and what that would have earned is measured. A challenger beside it decides nothing, and a replay behind the gate decides the same.',
    status: 'holds',
    evidence: [
      `${CAPTURE} › changes nothing until it is turned on, and nothing but the records in shadow`,
      `${CAPTURE} › as a gate leaves lives below the threshold, but for one in five, and says so beside each`,
      `${CAPTURE} › is asked last: what risk or another gate refuses is refused by that, and never taken for a high probability`,
      `${CAPTURE} › gates nothing where it %s`,
      'src-engine/assembly/scorer-shelf.test.ts › is asked in shadow as challenger, may gate as champion, and is taken back in one step',
      'src-engine/training/scorer/scorer.test.ts › reckons what refused opportunities would have earned by their controls alone',
      `${CAPTURE} › asks a challenger beside the champion of the same row, and lets it decide nothing`,
      'src-engine/training/scorer/scorer.test.ts › counts a control of a gate as those that it stands for: what is left then is no sample of the market',
      'src-engine/simulation/scorer-trial.test.ts › records the same market for the same seed, and decides the same behind a gate in each replay of it',
    ],
  },
  {
    id: 193,
    promise:
      'What a model makes of news is three numbers within bounds about a subject that the trader named: no text of a feed names a market, an amount or an order. It is an input of the journal, replayed without the endpoint, has no vote once its time is over, and its budget of a day holds over restarts.',
    status: 'holds',
    evidence: [
      `${ROUND} › of a text that instructs the model is three numbers at most: it names no market, no amount, no order`,
      `${ROUND} › %s: no number comes of it`,
      `${ROUND} › of another place is not fetched: a redirect is refused, and the key goes nowhere else`,
      `${AGENT} › asks no more than the day allows, over restarts too, and again on the next day`,
      `${AGENT} › goes to the endpoint alone that it was stored for, and is never shown`,
      `${SENTIMENT} › is a fact, is heard by the agent of sentiment until it is over, and makes no order`,
      `${SENTIMENT} › is an input: the same inputs give the same facts, state and votes, and without it they differ`,
      'src-engine/divergence/divergence.test.ts › decides the same, fact by fact and trade by trade',
    ],
  },
  {
    id: 194,
    promise:
      'A portfolio trades a coin that left its band where the expected benefit exceeds fee, spread and slippage alone, both are shown, and why not otherwise. A signal moves a target by Kelly’s share of what its source has proved. Its orders go through risk, what it holds is set aside, and the same inputs give the same trades.',
    status: 'holds',
    evidence: [
      `${REBALANCING} › brings a coin back to its target where the growth that the deviation costs exceeds fee, spread and slippage`,
      `${REBALANCING} › is not made where it costs more than it brings: both are shown`,
      `${REBALANCING} › believes no more than the lower end of the interval of its hits, and takes a part of Kelly’s share of that`,
      `${REBALANCING} › depends on no later bar, and goes on after a restart with the same trades`,
      `${PORTFOLIO} › buys its targets through risk once a benefit is known, and sets aside what it holds`,
      `${PORTFOLIO} › takes other targets with what it holds, and refuses to forget a coin that it holds`,
      `${PORTFOLIO} › does the same in another run over the same inputs, and goes on after a restart`,
    ],
  },
  {
    id: 196,
    promise:
      'A model that runs outside of the kernel (ONNX) answers by inputs that are recorded: late, NaN, 1e308, of another shape or of a dead process, its answer is coded, counted and no order, and a replay asks nothing.',
    status: 'holds',
    evidence: [
      `${OUTSIDE} › answered by %s holds nothing, has a code, and is counted`,
      `${OUTSIDE} › takes no answer after its deadline, and none twice`,
      `${OUTSIDE} › is replayed from the answers alone: nothing is asked, and the facts are the same`,
      `${INFERENCE} › a process that is killed ends each question with a code, and is started again after a wait, ever later`,
      `${DESK} › a model that ends its process as it is loaded takes no answer of another`,
      `${DESK} › a model that ends its process at each row of a strategy is started ever later, whatever it answered as it was tried`,
      `${INFERENCE} › a process that hangs is ended: at a row after ten seconds, and where it does not begin`,
    ],
  },
  {
    id: 197,
    promise:
      'A model is trained again each week only where it was turned on, once after however many missed times, by its recorded specification; the result is a challenger in shadow and never more by itself, and each start and end is audited.',
    status: 'holds',
    evidence: [
      `${RETRAIN} › begins at its time by the registered spec on the newest whole recording, and its result is a challenger in shadow`,
      `${RETRAIN} › that was slept over five times is trained once`,
      `${RETRAIN} › is off until it is turned on, and nothing is due of the time before`,
      `${RETRAIN} › whose engine ended is taken up where its folds are kept, three times at most`,
    ],
  },
  {
    id: 198,
    promise:
      'A strategy trades an account only where a person promoted it by the gates of its record, while the account is armed: by orders that never rest, within one stake (of a canary a hundredth), its own record and its loss budget. It is taken back by itself; a kill and a restart, with an order under way or a position, leave what it holds with it; a replay gives the same orders. Real accounts are refused by name.',
    status: 'holds',
    evidence: [
      `${AT_ACCOUNT} › sends nothing while the account is disarmed, and says so`,
      `${AT_ACCOUNT} › buys by an order that is gone at once, of a hundredth of its stake, within the canary of its account`,
      `${AT_ACCOUNT} › trades no real account, whatever its mode says`,
      `${AT_ACCOUNT} › takes nothing of what is kept for hedges`,
      `${AT_ACCOUNT} › by its loss budget, with what it holds at the best price: it sells, and goes on in shadow`,
      `${AT_ACCOUNT} › cancels it, keeps what it filled as the strategy’s own, and nothing more leaves before an arming`,
      `${AT_ACCOUNT} › gives an order under way, filled in part before and in part after, to the strategy: nothing of it is swept`,
      'src-engine/simulation/strategy-worlds.test.ts › a strategy that trades through every disaster keeps what it holds, and leaves nothing else changed',
      'src-engine/simulation/strategy-worlds.test.ts › an order of a strategy that leaves while its account is not armed is caught',
      `${PROMOTION} › to canary goes by the record on paper of plans of its kind, and keeps each gate in its fact`,
      `${PROMOTION} › with %s is refused with value and bound, and only a word and a reason pass over it`,
      'src-engine/engine/account/strategy-rehearsal.test.ts › trades it as a canary beside cycles, is killed, carries what it holds over a restart, and replays to the same orders',
    ],
  },
  {
    id: 199,
    promise:
      'A strategy of the trader’s own that never ends, in a call, a promise, a getter, an iterator, a proxy or its state, that fails late, takes memory, or changes the language is stopped by name, and the engine trades on.',
    status: 'holds',
    evidence: [
      `${OWN} › what never ends in %s stops it by name, and the thread that trades goes on`,
      `${OWN} › a promise that fails late stops it with its words, and ends nothing else`,
      `${OWN} › what it changes of the language is changed for it alone`,
      `${OWN} › memory that it takes is bounded, in its heap and beside it`,
      `${OWN} › reaches neither the process nor modules that reach outside`,
    ],
  },
];
