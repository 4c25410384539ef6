import dev.mlops.Workspace
import dev.mlops.data.*
import dev.mlops.design.*
import dev.mlops.drift.*
import dev.mlops.error.*
import dev.mlops.features.*
import dev.mlops.features.timeline.*
import dev.mlops.features.view.*
import dev.mlops.journal.*
import dev.mlops.models.*
import dev.mlops.monitoring.*
import dev.mlops.predictions.*
import dev.mlops.quality.*
import dev.mlops.registry.*
import dev.mlops.registry.onnx.*
import dev.mlops.retraining.*
import dev.mlops.rollout.*
import dev.mlops.serving.*
import dev.mlops.serving.onnx.*
import dev.mlops.stats.*
import dev.mlops.storage.*
import dev.mlops.tracking.*
import dev.mlops.watch.*
import java.nio.file.Path
import java.time.*
import java.util.*
Workspace workspace = Workspace.open(Path.of(System.getProperty("mlops.workspace", "workspace")))
System.out.println("workspace is open; " + workspace.journal().verify())
