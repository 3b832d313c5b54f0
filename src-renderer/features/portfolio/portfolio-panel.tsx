/** The portfolio of the session: targets beside what is held, the proposed trade of each coin with its cost and benefit, and why it is not made. */
import { useState } from 'react';
import type { PortfolioCoin, PortfolioView } from '../../../src-engine/contract/portfolio-records.ts';
import type { StrategyRow } from '../../../src-engine/contract/strategy-records.ts';
import { strategyFaultLabel } from '../../../src-engine/domain/halt-texts.ts';
import { venueTitle } from '../../../src-engine/domain/venue-titles.ts';
import { CsvButton } from '../../components/csv-button.tsx';
import { EmptyState } from '../../components/empty-state.tsx';
import { Amount, Signed } from '../../components/exact.tsx';
import { Fact, Facts } from '../../components/facts.tsx';
import { Notice } from '../../components/notice.tsx';
import { Panel } from '../../components/panel.tsx';
import { columnsCsv } from '../../components/table-column.ts';
import { ViewAge } from '../../components/view-age.tsx';
import { VirtualTable } from '../../components/virtual-table.tsx';
import { Word } from '../../components/word.tsx';
import { useIsViewer } from '../../engine/use-session.ts';
import { useView } from '../../engine/use-view.ts';
import { ABSENT, profitPlaces, shownSentence, signOf } from '../../lib/decimal-text.ts';
import { fixedText } from '../../lib/figures.ts';
import { ROW_HEIGHTS, usePrefs } from '../../lib/prefs.ts';
import { missWords, STATE_WORDS } from '../strategies/strategy-words.ts';
import { StrategyModes } from '../strategies/strategy-modes.tsx';
import { portfolioColumns } from './portfolio-columns.tsx';
import { PortfolioForm } from './portfolio-form.tsx';
import { bandText, percentText, WHY_WORDS } from './portfolio-words.ts';

const NOTHING = {};
const NO_COINS: readonly PortfolioCoin[] = [];
const keyOf = ({ symbol, venue }: PortfolioCoin): string => `${symbol} ${venue}`;

export function PortfolioPanel() {
  const view = useView('strategies', NOTHING);
  const isViewer = useIsViewer();
  const rowHeight = usePrefs(({ density }) => ROW_HEIGHTS[density]);
  const [chosen, setChosen] = useState<string>();
  const [isSetting, setIsSetting] = useState(false);
  const row = view?.strategies.find(({ portfolio }) => portfolio !== null);
  const portfolio = row?.portfolio ?? undefined;
  const coins = portfolio?.coins ?? NO_COINS;
  const coin = coins.find((one) => keyOf(one) === chosen) ?? coins[0];
  const quote = row?.quote ?? '';
  const columns = portfolioColumns(quote);
  return (
    <Panel
      title="Portfolio"
      note={row !== undefined && `${row.mode}, ${STATE_WORDS[row.state].label.toLowerCase()}`}
      actions={
        <>
          <CsvButton
            what="the portfolio"
            file="portfolio"
            text={() => columnsCsv(columns, coins)}
            disabled={coins.length === 0}
          />
          <ViewAge topic="strategies" params={NOTHING} />
        </>
      }
    >
      <div
        className="venues-table"
        style={coins.length === 0 ? undefined : { height: (coins.length + 1) * rowHeight + 2 }}
      >
        <VirtualTable
          label="Portfolio"
          columns={columns}
          rows={coins}
          rowKey={keyOf}
          selectedKey={coin === undefined ? null : keyOf(coin)}
          onSelect={(one) => setChosen(keyOf(one))}
          empty={
            row === undefined ? (
              <EmptyState title={view === undefined ? 'No session runs' : 'No portfolio is set'}>
                {view === undefined
                  ? 'Start a plan first: a portfolio trades the markets of its session.'
                  : 'Set target shares of coins, with bands: a coin that leaves its band is traded back where that is expected to bring more than it costs.'}
              </EmptyState>
            ) : (
              <EmptyState title="No bar has been judged yet">
                Its coins are judged each {row.barSeconds} s, at the close of a bar that all of them have.
              </EmptyState>
            )
          }
        />
      </div>
      {view !== undefined && (
        <div className="scrolling venues-below">
          {!isViewer && (
            <div className="alert-buttons">
              <button type="button" className="button" onClick={() => setIsSetting(true)}>
                {row === undefined ? 'Set a portfolio…' : 'Change targets…'}
              </button>
            </div>
          )}
          {row !== undefined && (
            <section className="strategy-details" aria-label="Portfolio in sum">
              {row.failure !== null && (
                <Notice tone="problem" title={`Stopped: ${strategyFaultLabel(row.failure.code)}`}>
                  <p>{row.failure.detail}</p>
                </Notice>
              )}
              <StrategyModes row={row} hasPaper={view.hasPaper} />
              {portfolio !== undefined && <Sums row={row} portfolio={portfolio} />}
              {coin !== undefined && <CoinDetails coin={coin} quote={quote} />}
            </section>
          )}
        </div>
      )}
      {isSetting && view !== undefined && (
        <PortfolioForm row={row} hasPaper={view.hasPaper} onClose={() => setIsSetting(false)} />
      )}
    </Panel>
  );
}

function Sums({ row, portfolio }: { readonly row: StrategyRow; readonly portfolio: PortfolioView }) {
  const places = profitPlaces(row.quote);
  const { value, cash, cashShare, cashTarget, bars, barsNeeded } = portfolio;
  return (
    <Facts>
      <Fact
        name="Worth"
        title="Coins at the middle of their books now, and cash; not known where a book is not live"
      >
        {value === null ? ABSENT : <Amount text={value} places={places} />} {row.quote}
      </Fact>
      <Fact
        name="Cash"
        title="What purchases, sales and fees left of the capital; its share, and what the targets leave"
      >
        <Amount text={cash} places={places} /> ({percentText(cashShare)} of {percentText(cashTarget)})
      </Fact>
      <Fact name="Net" title="Gained after all fees, and what selling all of it now would gain">
        {row.net === null ? ABSENT : <Signed text={row.net} places={places} />}
      </Fact>
      <Fact name="Fees" title="Of all its fills">
        <Amount text={row.fees} places={places} />
      </Fact>
      <Fact name="Bars" title="That variances rest on, and how many they need">
        {bars < barsNeeded ? `${bars} of ${barsNeeded}` : bars}
      </Fact>
      <Fact name="Not carried out" title="The last decision, or part of one, that was not">
        {row.lastMiss === null ? 'none' : missWords(row.lastMiss.code)}
      </Fact>
    </Facts>
  );
}

/** The proposed trade of one coin, part by part, and what was recommended. */
function CoinDetails({ coin, quote }: { readonly coin: PortfolioCoin; readonly quote: string }) {
  const places = profitPlaces(quote) + 2;
  const { recommendation: said } = coin;
  const parts = [
    ['Fee', 'Of takers', coin.fee],
    ['Half spread', 'From the middle to the best price', coin.spread],
    ['Slippage', 'What the size takes of the book beyond the best price', coin.slippage],
    ['Way back', 'Of what a signal asks for: it goes back when the signal is over', coin.wayBack],
    ['Paid before', 'Part of the cost that was counted when a signal asked for it', coin.prepaid],
    ['Growth', 'Half the variance of what is held beyond the targets, over the horizon', coin.growth],
    ['Edge of a signal', 'Expected of the move, as far as the source is believed', coin.signal],
  ] as const;
  return (
    <>
      <h3>
        {coin.symbol} at {venueTitle(coin.venue)}: <Word {...WHY_WORDS[coin.why]} />
      </h3>
      <Facts>
        <Fact name="Your target" title="Without signals">
          {percentText(coin.weight)}
        </Fact>
        <Fact name="Band" title="Within it nothing is traded">
          {bandText(coin)}
        </Fact>
        <Fact name="Held" title="In coins">
          {shownSentence(coin.held)} {coin.base}
        </Fact>
        {signOf(coin.trade) !== 0 &&
          parts.map(([name, title, text]) => (
            <Fact key={name} name={name} title={`${title}, in ${quote}`}>
              {text === null ? ABSENT : <Amount text={text} places={places} />}
            </Fact>
          ))}
      </Facts>
      <p className="dim">
        {said === null
          ? 'No strategy says anything of this coin now: its target is yours.'
          : `${said.source} says ${said.side} with ${percentText(said.probability)}. ${
              said.believed === null
                ? `${said.judged} outcomes are too few to believe it`
                : `${said.right} of ${said.judged} came true, so that it is believed with ${percentText(said.believed)}`
            }; expected ${said.edgeBps === null ? 'not known' : `${fixedText(said.edgeBps, 1)} bps`}. The target moves by ${percentText(said.tilt)}.`}
      </p>
    </>
  );
}
