/**
 * Every command by name. Each is loaded when it is asked for: a kill must not wait for the backtest to be read in, and help
 * needs no engine at all.
 */
import type { ListedCommands } from './command.ts';

export const COMMANDS: ListedCommands = {
  serve: {
    summary: 'Runs the engine without a desktop and serves its window to a browser on loopback.',
    load: async () => (await import('./commands/serve.ts')).serve,
  },
  exchange: {
    summary:
      'Runs the local exchange: a simulated venue that speaks the protocols of real ones, on loopback.',
    load: async () => (await import('./commands/exchange.ts')).exchange,
  },
  status: {
    summary: 'Shows the state of the running engine.',
    load: async () => (await import('./commands/status.ts')).status,
  },
  kill: {
    summary: 'Stops all trading at once: no new order, every open order canceled, latched until re-armed.',
    load: async () => (await import('./commands/kill.ts')).kill,
  },
  rearm: {
    summary: 'Releases the kill switch.',
    load: async () => (await import('./commands/rearm.ts')).rearm,
  },
  resume: {
    summary: 'Resumes trading after a pause or a halt, at every venue or at one.',
    load: async () => (await import('./commands/resume.ts')).resume,
  },
  'trust-coin': {
    summary:
      'Trusts that a quarantined code is the same coin at all its venues; `status` lists what is quarantined and why.',
    load: async () => (await import('./commands/trust-coin.ts')).trustCoin,
  },
  inventory: {
    summary: 'Shows what lies where beside its target and what to move; sets targets and withdrawal terms.',
    load: async () => (await import('./commands/inventory.ts')).inventory,
  },
  transfer: {
    summary: 'Declares a transfer between two venues that you make yourself, or withdraws the declaration.',
    load: async () => (await import('./commands/transfer.ts')).transfer,
  },
  funding: {
    summary:
      'Shows perpetuals beside the spot market: funding, basis, open interest; chooses the venues that are watched.',
    load: async () => (await import('./commands/funding.ts')).funding,
  },
  plans: {
    summary:
      'Lists run plans; stores, copies, renames and removes plans of your own, of which `serve --plan NAME` starts one.',
    load: async () => (await import('./commands/plans.ts')).plans,
  },
  live: {
    summary: 'Shows the checklist for real orders of each venue; arms live trading at one, or disarms it.',
    load: async () => (await import('./commands/live.ts')).live,
  },
  golive: {
    summary:
      'Shows the go-live pipeline of each venue and the gates to its next stage: staging, canary, full; goes on or back.',
    load: async () => (await import('./commands/golive.ts')).golive,
  },
  risk: {
    summary:
      'Shows what blocks trading and how much of each limit is used; lists every limit and setting; resets breakers and enables cycles.',
    load: async () => (await import('./commands/risk.ts')).risk,
  },
  account: {
    summary:
      'Shows how the account at the venue compares with the ledger; compares it again, settles orders, adopts balances.',
    load: async () => (await import('./commands/account.ts')).account,
  },
  key: {
    summary: 'Checks, sets or deletes the API key of your account at a venue.',
    load: async () => (await import('./commands/key.ts')).key,
  },
  'api-key': {
    summary: 'Lists, adds and revokes keys of the API for programs, each with a scope.',
    load: async () => (await import('./commands/api-key.ts')).apiKey,
  },
  notify: {
    summary: 'Lists, adds, tests and removes channels that bring alerts to chats, e-mail and webhooks.',
    load: async () => (await import('./commands/notify.ts')).notify,
  },
  bus: {
    summary: 'Lists, adds and removes event buses, which publish every fact to Redis Streams or RabbitMQ.',
    load: async () => (await import('./commands/bus.ts')).bus,
  },
  retrain: {
    summary: 'Shows and sets which models are trained again each week; the result is a challenger in shadow.',
    load: async () => (await import('./commands/retrain.ts')).retrain,
  },
  intelligence: {
    summary:
      'Shows and sets the market intelligence agent: a model that reads feeds and answers a bounded sentiment.',
    load: async () => (await import('./commands/intelligence.ts')).intelligence,
  },
  bot: {
    summary: 'Lists, adds and removes bots of Telegram and Slack, by which listed people look and stop.',
    load: async () => (await import('./commands/bot.ts')).bot,
  },
  trace: {
    summary:
      'Shows everything that belongs to an opportunity, execution, order or fill, by the id of any of them.',
    load: async () => (await import('./commands/trace.ts')).trace,
  },
  events: {
    summary: 'Writes the journal of a profile to a file of JSON Lines or CSV.',
    load: async () => (await import('./commands/events.ts')).events,
  },
  export: {
    summary:
      'Writes the history of a profile, or recordings, as Parquet or Arrow to a folder or a bucket of S3.',
    load: async () => (await import('./commands/export.ts')).exportCommand,
  },
  'bucket-key': {
    summary: 'Checks, sets or deletes the key with which an export writes to a bucket.',
    load: async () => (await import('./commands/bucket-key.ts')).bucketKey,
  },
  endpoint: {
    summary: 'Stores and checks the JSON-RPC endpoint through which pools of a chain are read.',
    load: async () => (await import('./commands/endpoint.ts')).endpoint,
  },
  swap: {
    summary: 'Makes one swap in a pool of a local chain by signed transactions.',
    load: async () => (await import('./commands/swap.ts')).swap,
  },
  'database-password': {
    summary: 'Checks, sets or deletes the password of a PostgreSQL server in the keychain.',
    load: async () => (await import('./commands/database-password.ts')).databasePassword,
  },
  backup: {
    summary:
      'Copies the database, SQLite or PostgreSQL, to a SQLite file while the engine runs, and verifies the copy.',
    load: async () => (await import('./commands/backup.ts')).backup,
  },
  audit: {
    summary:
      'Verifies the hash chains over the facts and the audit trail and names the first row that was changed.',
    load: async () => (await import('./commands/audit.ts')).audit,
  },
  record: {
    summary: 'Records the market of the running engine to a market log, for --seconds or until Ctrl+C.',
    load: async () => (await import('./commands/record.ts')).record,
  },
  doctor: {
    summary: 'Checks what Parallax needs on this machine, and how to fix what is missing.',
    load: async () => (await import('./commands/doctor.ts')).doctor,
  },
  venues: {
    summary: 'Lists every venue: what can be watched, checked and traded there, and how that was tested.',
    load: async () => (await import('./commands/venues.ts')).venues,
  },
  'check-book': {
    summary:
      'Rebuilds the books of recorded frames and verifies them by the venue’s rule: checksums or sequence numbers.',
    load: async () => (await import('./commands/check-book.ts')).checkBookCommand,
  },
  graph: {
    summary: 'Counts assets, pairs and triangles of a file with a venue’s list of instruments.',
    load: async () => (await import('./commands/graph.ts')).graph,
  },
  backtest: {
    summary: 'Replays market logs through the engine and reports what it detected and traded.',
    load: async () => (await import('./commands/backtest.ts')).backtest,
  },
  runs: {
    summary: 'Lists the stored backtests, newest first.',
    load: async () => (await import('./commands/runs.ts')).runs,
  },
  report: {
    summary:
      'Shows a stored backtest: its assumptions, its figures, where the edge went; or writes it to a file.',
    load: async () => (await import('./commands/report.ts')).report,
  },
  compare: {
    summary: 'Compares two stored backtests: the assumptions that differ, and their results.',
    load: async () => (await import('./commands/compare.ts')).compare,
  },
  divergence: {
    summary: 'Replays a recorded session and reports whether every decision is the same, trade by trade.',
    load: async () => (await import('./commands/divergence.ts')).divergence,
  },
  sweep: {
    summary:
      'Tests settings on recorded markets, ranks them by their test result, and reports whether the best one is luck.',
    load: async () => (await import('./commands/sweep.ts')).sweep,
  },
  worker: {
    summary:
      'Runs trials of sweeps that other machines queue on a Redis, on the market data of a local folder.',
    load: async () => (await import('./commands/worker.ts')).worker,
  },
  import: {
    summary:
      'Converts quotes, bars, trades or books in a CSV file, or a capture of a venue’s frames, to a market log.',
    load: async () => (await import('./commands/import.ts')).importCommand,
  },
  library: {
    summary: 'Lists recordings with their span, gaps and quality; trims, merges and decodes them.',
    load: async () => (await import('./commands/library.ts')).library,
  },
  tape: {
    summary: 'Decodes market logs once into a tape, which backtests and sweeps replay much faster.',
    load: async () => (await import('./commands/tape.ts')).tape,
  },
  carry: {
    summary:
      'What holding spot against a sold perpetual would have brought over recordings, funding included.',
    load: async () => (await import('./commands/carry.ts')).carry,
  },
  'maker-taker': {
    summary:
      'Shows what quoting at one venue and hedging at another would have done over recordings; no order is sent.',
    load: async () => (await import('./commands/maker-taker.ts')).makerTaker,
  },
  pairs: {
    summary:
      'Tests whether two markets move together: cointegration, hedge ratio and half-life of their spread.',
    load: async () => (await import('./commands/pairs.ts')).pairs,
  },
  portfolio: {
    summary:
      'Shows the portfolio of the session: targets, what is held, each proposed trade with cost and benefit; sets targets, bands and cash.',
    load: async () => (await import('./commands/portfolio.ts')).portfolio,
  },
  strategies: {
    summary:
      'Shows the strategies of the running session, sets them on its markets, and switches them off, to shadow, or to paper.',
    load: async () => (await import('./commands/strategies.ts')).strategies,
  },
  strategy: {
    summary:
      'Lists strategies, makes one of your own, runs one over recordings or candles net of costs, checks it for lookahead.',
    load: async () => (await import('./commands/strategy.ts')).strategy,
  },
  features: {
    summary:
      'Lists indicators and features, exports them of a file as CSV, .npy or .npz, and checks them for lookahead.',
    load: async () => (await import('./commands/features.ts')).features,
  },
  train: {
    summary:
      'Trains a model from a spec on candles or a recording, and judges it by walk-forward against chance and costs.',
    load: async () => (await import('./commands/train.ts')).train,
  },
  model: {
    summary:
      'Lists, imports, verifies and promotes models, rolls one back, answers rows, and measures drift.',
    load: async () => (await import('./commands/model.ts')).model,
  },
  scorer: {
    summary:
      'Says whether a model of the engine’s own executions would have kept more of what it saw by taking less.',
    load: async () => (await import('./commands/scorer.ts')).scorer,
  },
  completion: {
    summary: 'Prints what makes bash, zsh or fish complete commands, options and their values.',
    load: async () => (await import('./commands/completion.ts')).completionOf(COMMANDS),
  },
};
