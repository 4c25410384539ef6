package dev.mlops.serving;

import java.util.Map;

/**
 * What a router has counted since it was opened.
 *
 * @param requests questions asked
 * @param canary those assigned to a candidate under rollout, once they came back
 * @param fallbacks answers that another than the assigned model gave
 * @param failures questions that nobody could answer; the failure reached the caller
 * @param interrupted requests whose caller was interrupted while the assigned model failed; that is
 *     no evidence against the model
 * @param withoutKey requests of a rollout whose unit key was null or empty; each was assigned by
 *     itself
 * @param withoutScore answers from which no score could be read, logged with the score NaN
 * @param withoutFeatures answers that were logged without features, as there is no reader of them
 *     and the input is not {@link dev.mlops.predictions.ServedFeatures}, or the reader gave null
 * @param notLogged predictions that the prediction log refused
 * @param labels labels of this router's predictions that were added to the workspace in this
 *     process, and all others that were given to {@link DeploymentRouter#feedback}
 * @param judgedLabels labels that all label guards judged; the others are stored only
 * @param unmatchedLabels labels of predictions that were evidence and do not wait for one any more:
 *     they were forgotten, labelled before, or belong to an earlier rollout
 * @param unknownLabels labels of predictions that this router never gave out
 * @param forgottenPredictions predictions that were forgotten before their label came, as more
 *     waited than {@link Canary#pending}
 * @param bookkeepingFailures times that a function of the application (key, features, score, rule)
 *     or the router's own records failed, without harm to the answer; models that could not be
 *     closed; and events that could not be written to the journal
 * @param shadowed requests that a candidate answered as a shadow
 * @param shadowDropped requests that a shadow should have answered and did not, as it could not
 *     keep up, or the live model was busy
 * @param fallbacksBy the {@code fallbacks} by who gave them, in the order of names: {@code "live"},
 *     {@code "previous"}, or the name of an {@link RouterBuilder#otherwise(String,
 *     java.util.function.Function)}; who gave none is not in it
 * @param limits what the limits of the models did
 */
public record RouterCounts(
    long requests,
    long canary,
    long fallbacks,
    long failures,
    long interrupted,
    long withoutKey,
    long withoutScore,
    long withoutFeatures,
    long notLogged,
    long labels,
    long judgedLabels,
    long unmatchedLabels,
    long unknownLabels,
    long forgottenPredictions,
    long bookkeepingFailures,
    long shadowed,
    long shadowDropped,
    Map<String, Long> fallbacksBy,
    LimitCounts limits) {}
