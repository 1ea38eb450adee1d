/**
 * The peer's whole log panel, fed as its players feed it: messages in frames of 60 Hz, the next one when the last has been rendered. Not type-checked: its packages are the
 * peer's, in a folder of their own (`buildPanelPage`).
 */
import './globals.mjs';
import { createElement, useEffect, useLayoutEffect, useState } from 'react';
import { DndProvider } from 'react-dnd';
import { HTML5Backend } from 'react-dnd-html5-backend';
import { Mosaic, MosaicWindow } from 'react-mosaic-component';
import 'react-mosaic-component/react-mosaic-component.css';
import { LogPanel, MockMessagePipelineProvider, providers, show } from './studioParts.mjs';
import { liveMessage, recordedMessages, schemaName, topic } from './robotMessages.mjs';

const { rows, ratePerS } = globalThis.panelAsked;
const frameMs = 1000 / 60;
const topics = [{ name: topic, schemaName }];
const datatypes = new Map([[schemaName, { definitions: [] }]]);
const panelId = 'RosOut!bench';
const panels = { getPanels: () => [], getPanelByType: () => undefined };
const settings = {
  get: () => undefined,
  set: async () => undefined,
  addChangeListener: () => undefined,
  removeChangeListener: () => undefined,
};

let isLive = false;
let sent = 0;
let liveSinceMs = 0;
let frameBeganMs = 0;

function Robot() {
  const [messages, setMessages] = useState(/** @type {readonly object[]} */ ([]));
  useEffect(() => {
    offer(setMessages);
  }, []);
  useLayoutEffect(() => {
    if (isLive) setTimeout(() => frame(setMessages), Math.max(0, frameMs - (performance.now() - frameBeganMs)));
  }, [messages]);
  return createElement(
    MockMessagePipelineProvider,
    { topics, datatypes, messages, isPlaying: true },
    createElement(LogPanel, { childId: panelId }),
  );
}

/**
 * @param {readonly (readonly [any, object])[]} around component and its properties, the outermost first
 * @returns {any}
 */
function nested(around) {
  return around.reduceRight((inner, [component, properties]) => createElement(component, properties, inner), undefined);
}

const tile = () =>
  createElement(MosaicWindow, { title: '', path: [], renderPreview: () => createElement('div') }, createElement(Robot));

show(
  nested([
    ...providers({ settings, panels }),
    [DndProvider, { backend: HTML5Backend }],
    [Mosaic, { className: 'mosaic-foxglove-theme', initialValue: 'log', renderTile: tile }],
  ]),
  document.getElementById('root'),
);

/**
 * One frame of what is due by the clock; the next one comes when this one has been rendered.
 * @param {(messages: readonly object[]) => void} showMessages
 */
function frame(showMessages) {
  if (!isLive) return;
  frameBeganMs = performance.now();
  const from = sent;
  sent = Math.floor(((frameBeganMs - liveSinceMs) / 1000) * ratePerS);
  showMessages(Array.from({ length: sent - from }, (_, index) => liveMessage(from + index)));
}

/** For the benchmark. @param {(messages: readonly object[]) => void} showMessages */
function offer(showMessages) {
  globalThis.panel = {
    showRecorded: () => {
      showMessages(recordedMessages(rows, Date.now()));
    },
    received: () => sent,
    beginLive: () => {
      isLive = true;
      liveSinceMs = performance.now();
      frame(showMessages);
    },
  };
}
