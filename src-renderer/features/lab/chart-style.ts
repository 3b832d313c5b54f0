/** One look for all charts of the lab: colours from the tokens, figures in the mono face. */
import {
  ColorType,
  createChart,
  CrosshairMode,
  type IChartApi,
  LineStyle,
  type PriceFormatCustom,
  type UTCTimestamp,
} from 'lightweight-charts';
import { groupThousands } from '../../lib/decimal-text.ts';
import { requestFrame } from '../../lib/windows.ts';

export function tokenOf(element: HTMLElement, name: string): string {
  return getComputedStyle(element).getPropertyValue(name).trim();
}

/** Figures on an axis as they are written everywhere else in the window. */
export function figureFormat(places: number): PriceFormatCustom {
  const formatter = (value: number): string => groupThousands(value.toFixed(places));
  return { type: 'custom', minMove: 10 ** -places, formatter };
}

/** @param timeText of a time in seconds, for the crosshair. @param tickText the same for the axis, where room is scarce. */
export function formatTimes(
  chart: IChartApi,
  timeText: (seconds: number) => string,
  tickText: (seconds: number) => string = timeText,
): void {
  const axis = axes.get(chart) ?? followAxis(chart);
  axis.tickText = tickText;
  chart.applyOptions({ localization: { timeFormatter: (time: number) => timeText(time) } });
  axis.write();
}

/** In place of `chart.remove()`: nothing of the axis is written afterwards. */
export function removeChart(chart: IChartApi): void {
  axes.get(chart)?.end();
  axes.delete(chart);
  chart.remove();
}

type Axis = {
  tickText: (seconds: number) => string;
  readonly write: () => void;
  /** What is still to be written is not. */
  readonly end: () => void;
};
const axes = new WeakMap<IChartApi, Axis>();

/** Of the axis, in px: half of a label's width is this much a character. */
const HALF_CHAR_PX = 3.1;

/**
 * The library cuts labels at the ends of the axis: "50:32" for 08:50:32. What does not fit whole is left out. It keeps the texts that
 * it was given, so it is given them anew when what is visible has changed.
 */
function followAxis(chart: IChartApi): Axis {
  let withdraw: (() => void) | undefined;
  const axis: Axis = {
    tickText: String,
    write: () => {
      withdraw = undefined;
      const scale = chart.timeScale();
      const width = scale.width();
      chart.applyOptions({
        timeScale: {
          tickMarkFormatter: (time: number) => {
            const text = axis.tickText(time);
            const x = scale.timeToCoordinate(time as UTCTimestamp);
            const half = text.length * HALF_CHAR_PX;
            return x !== null && width > 0 && (x < half || x > width - half) ? '' : text;
          },
        },
      });
    },
    end: () => withdraw?.(),
  };
  axes.set(chart, axis);
  const later = (): void => {
    // The chart may be in a window of its own, while this one is hidden and has no frames.
    withdraw ??= requestFrame(axis.write);
  };
  chart.timeScale().subscribeVisibleLogicalRangeChange(later);
  chart.timeScale().subscribeSizeChange(later);
  return axis;
}

export function makeLabChart(host: HTMLElement): IChartApi {
  const dim = tokenOf(host, '--text-dim');
  return createChart(host, {
    autoSize: true,
    layout: {
      background: { type: ColorType.Solid, color: 'transparent' },
      textColor: dim,
      fontFamily: tokenOf(host, '--font-mono'),
      fontSize: 10,
      // The notice of its authors is in the help.
      attributionLogo: false,
      panes: { separatorColor: tokenOf(host, '--line'), enableResize: false },
    },
    grid: {
      vertLines: { visible: false },
      horzLines: { color: tokenOf(host, '--line-soft'), style: LineStyle.Dotted },
    },
    rightPriceScale: { borderVisible: false, scaleMargins: { top: 0.1, bottom: 0.1 } },
    timeScale: {
      borderVisible: false,
      timeVisible: true,
      secondsVisible: true,
      rightOffset: 2,
      // All of a curve is visible, however many points it has.
      minBarSpacing: 0.01,
    },
    crosshair: {
      mode: CrosshairMode.Magnet,
      vertLine: { color: dim, labelVisible: true },
      horzLine: { color: dim, labelVisible: true },
    },
  });
}
