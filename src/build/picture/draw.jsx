// Draws a dashboard's panels with Grafana's components, from what Prometheus answered to its queries.
import React from 'react';
import { createRoot } from 'react-dom/client';
import { createTheme, dateTime, FieldType, getDisplayProcessor, ThemeContext, toDataFrame } from '@grafana/data';
import { AxisPlacement, GraphDrawStyle, LegendDisplayMode } from '@grafana/schema';
import { BigValue, GlobalStyles, PanelChrome, TimeSeries } from '@grafana/ui';
import answers from 'answers.json';

const theme = createTheme({ colors: { mode: 'dark' } });
const COLUMN = 58, ROW = 38, GAP = 8; // Grafana's rows and gaps
const times = Object.values(answers.shown).flat().flatMap((series) => series.values.map(([at]) => at * 1000));
const MINUTE = 60_000; // up to just before a full one, or its label is cut off
const range = { from: dateTime(Math.min(...times)), to: dateTime(Math.floor(Math.max(...times) / MINUTE) * MINUTE - 2_000) };
range.raw = range;

function frames(panel) {
  const { defaults, overrides } = panel.fieldConfig;
  return answers.shown[panel.id].map((series, i) => {
    const name = series.legend || panel.title;
    const fixed = overrides.find((override) => override.matcher.options === name);
    const frame = toDataFrame({
      refId: String(i),
      fields: [
        { name: 'Time', type: FieldType.time, values: series.values.map(([at]) => at * 1000) },
        {
          name: 'Value', type: FieldType.number,
          config: {
            ...defaults, displayName: name, color: fixed ? fixed.properties[0].value : defaults.color,
            custom: { axisPlacement: AxisPlacement.Auto, drawStyle: GraphDrawStyle.Line, ...defaults.custom },
          },
          values: series.values.map(([, value]) => (Number.isFinite(Number(value)) ? Number(value) : null)),
        },
      ],
    });
    const [time, field] = frame.fields;
    time.display = getDisplayProcessor({ field: time, theme, timeZone: 'utc' });
    const numbers = field.values.filter((value) => value !== null);
    const min = Math.min(0, ...numbers), max = Math.max(1, ...numbers);
    field.state = { displayName: name, seriesIndex: i, range: { min, max, delta: max - min } };
    field.display = getDisplayProcessor({ field, theme, timeZone: 'utc' });
    return frame;
  });
}

function Stat({ panel, width, height }) {
  const frame = frames(panel)[0];
  const field = frame.fields[1];
  const last = field.values.filter((value) => value !== null).at(-1);
  return <BigValue width={width} height={height} theme={theme} value={field.display(last)} colorMode="value" graphMode={panel.options.graphMode} textMode="value" justifyMode="auto"
    sparkline={panel.options.graphMode === 'none' ? undefined : { x: frame.fields[0], y: field, timeRange: range }} />;
}

function Series({ panel, width, height }) {
  return <TimeSeries width={width} height={height} frames={frames(panel)} timeRange={range} timeZone="utc"
    legend={{ ...panel.options.legend, displayMode: LegendDisplayMode.List }} />;
}

function Panel({ panel }) {
  const { x, y, w, h } = panel.gridPos;
  const style = { position: 'absolute', left: x * COLUMN + GAP / 2, top: y * ROW + GAP / 2 };
  const width = w * COLUMN - GAP, height = h * ROW - GAP;
  if (panel.type === 'row') {
    return <div style={{ ...style, height, lineHeight: `${height}px`, color: theme.colors.text.primary, fontWeight: 500, fontSize: 15 }}>{panel.title}</div>;
  }
  const Content = panel.type === 'stat' ? Stat : Series;
  return <div style={style}>
    <PanelChrome title={panel.title} width={width} height={height}>{(innerWidth, innerHeight) => <Content panel={panel} width={innerWidth} height={innerHeight} />}</PanelChrome>
  </div>;
}

const bottom = Math.max(...answers.board.panels.map(({ gridPos }) => gridPos.y + gridPos.h)) * ROW;
document.body.style.background = theme.colors.background.canvas;
createRoot(document.getElementById('board')).render(
  <ThemeContext.Provider value={theme}>
    <GlobalStyles />
    <div style={{ position: 'relative', width: 24 * COLUMN, height: bottom }}>{answers.board.panels.map((panel) => <Panel key={panel.id} panel={panel} />)}</div>
  </ThemeContext.Provider>
);
setTimeout(() => { document.title = `drawn ${bottom}`; }, 3000);
