import { dropTime } from "./filters/dropTime.ts";
import { keepDuration } from "./filters/keepDuration.ts";
import { keepEntry } from "./filters/keepEntry.ts";
import { keepService } from "./filters/keepService.ts";
import { keepSize } from "./filters/keepSize.ts";
import { keepStatus } from "./filters/keepStatus.ts";
import { keepTime } from "./filters/keepTime.ts";
import { sampleTraces } from "./filters/sampleTraces.ts";
import type { Operation } from "./operation.ts";
import { addApi } from "./operations/addApi.ts";
import { addCache } from "./operations/addCache.ts";
import { addCall } from "./operations/addCall.ts";
import { addDimension } from "./operations/addDimension.ts";
import { addService } from "./operations/addService.ts";
import { addState } from "./operations/addState.ts";
import { downscale } from "./operations/downscale.ts";
import { makeConcurrent } from "./operations/makeConcurrent.ts";
import { makeSequential } from "./operations/makeSequential.ts";
import { mergeServices } from "./operations/mergeServices.ts";
import { moveApi } from "./operations/moveApi.ts";
import { removeApi } from "./operations/removeApi.ts";
import { removeCall } from "./operations/removeCall.ts";
import { removeService } from "./operations/removeService.ts";
import { removeState } from "./operations/removeState.ts";
import { removeTransition } from "./operations/removeTransition.ts";
import { renameApi } from "./operations/renameApi.ts";
import { renameService } from "./operations/renameService.ts";
import { replaceBehaviour } from "./operations/replaceBehaviour.ts";
import { replaceNetwork } from "./operations/replaceNetwork.ts";
import { replaceOwnTime } from "./operations/replaceOwnTime.ts";
import { scaleNetwork } from "./operations/scaleNetwork.ts";
import { scaleOwnTime } from "./operations/scaleOwnTime.ts";
import { setAsynchronous } from "./operations/setAsynchronous.ts";
import { setCallProbability } from "./operations/setCallProbability.ts";
import { setConcurrentCalls } from "./operations/setConcurrentCalls.ts";
import { setDeployment } from "./operations/setDeployment.ts";
import { setDimension } from "./operations/setDimension.ts";
import { setInstantiation } from "./operations/setInstantiation.ts";
import { setLoad } from "./operations/setLoad.ts";
import { setMix } from "./operations/setMix.ts";
import { setPayload } from "./operations/setPayload.ts";
import { setRate } from "./operations/setRate.ts";
import { setRepeats } from "./operations/setRepeats.ts";
import { setRetries } from "./operations/setRetries.ts";
import { setTimeout } from "./operations/setTimeout.ts";
import { setTransition } from "./operations/setTransition.ts";
import { setWork } from "./operations/setWork.ts";
import { shiftNetwork } from "./operations/shiftNetwork.ts";
import { shiftOwnTime } from "./operations/shiftOwnTime.ts";
import { splitService } from "./operations/splitService.ts";
import { upscale } from "./operations/upscale.ts";

/** Every operation by its type, in the order of the documentation. */
export const operations: ReadonlyMap<string, Operation> = new Map(
  [
    keepTime,
    dropTime,
    keepEntry,
    keepService,
    keepStatus,
    keepDuration,
    keepSize,
    sampleTraces,
    addDimension,
    scaleOwnTime,
    shiftOwnTime,
    replaceOwnTime,
    scaleNetwork,
    shiftNetwork,
    replaceNetwork,
    replaceBehaviour,
    setCallProbability,
    setRepeats,
    setConcurrentCalls,
    setAsynchronous,
    makeSequential,
    makeConcurrent,
    addCache,
    setTimeout,
    setRetries,
    addService,
    addApi,
    addCall,
    removeService,
    removeApi,
    removeCall,
    renameService,
    renameApi,
    moveApi,
    mergeServices,
    splitService,
    addState,
    removeState,
    setTransition,
    removeTransition,
    setPayload,
    setRate,
    setLoad,
    setDimension,
    setMix,
    downscale,
    upscale,
    setWork,
    setInstantiation,
    setDeployment,
  ].map((operation) => [operation.type, operation]),
);
