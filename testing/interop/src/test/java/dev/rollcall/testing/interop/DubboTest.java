package dev.rollcall.testing.interop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollcall.Endpoint;
import dev.rollcall.Instance;
import dev.rollcall.Registration;
import dev.rollcall.ServiceView;
import dev.rollcall.Status;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import org.apache.dubbo.common.URL;
import org.apache.dubbo.config.ApplicationConfig;
import org.apache.dubbo.registry.NotifyListener;
import org.apache.dubbo.registry.client.DefaultServiceInstance;
import org.apache.dubbo.registry.client.ServiceInstance;
import org.apache.dubbo.registry.zookeeper.ZookeeperRegistry;
import org.apache.dubbo.registry.zookeeper.ZookeeperServiceDiscovery;
import org.apache.dubbo.remoting.zookeeper.curator5.ZookeeperClientManager;
import org.apache.dubbo.rpc.model.ApplicationModel;
import org.apache.dubbo.rpc.model.FrameworkModel;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Dubbo's registry for Java, of the interface level and of the application level. */
class DubboTest extends ZooKeeperNeighbourTest {
    private static final String API = "com.example.Api";

    private ApplicationModel application;

    @BeforeEach
    void newApplication() {
        FrameworkModel framework = new FrameworkModel();
        application = framework.newApplication();
        application.getApplicationConfigManager().setApplication(new ApplicationConfig("test"));
        closing(framework::destroy);
    }

    @Test
    void dubbosRegistryFollowsOurRegistrationsOfAnInterface() throws Exception {
        AtomicReference<Set<String>> seen = new AtomicReference<>(Set.of());
        NotifyListener listener = urls -> seen.set(providers(urls));
        registry().subscribe(url("consumer://127.0.0.1/" + API + "?category=providers&interface=" + API), listener);

        Registration registration = register(
                rollcall("?layout=dubbo-interface"),
                new Instance(
                        API,
                        "one",
                        List.of(new Endpoint("dubbo", "10.0.0.1", 20_880)),
                        7,
                        Status.UP,
                        "",
                        "",
                        Map.of("methods", "call,ask")));
        eventually().until(() -> seen.get(), Set.of("dubbo://10.0.0.1:20880 weight=7 methods=call,ask")::equals);

        stored(registration.update(instance -> instance.withWeight(9)));
        eventually().until(() -> seen.get(), Set.of("dubbo://10.0.0.1:20880 weight=9 methods=call,ask")::equals);

        registration.close();
        eventually().until(() -> seen.get().isEmpty());
    }

    @Test
    void ourViewFollowsDubbosRegistrationsOfAnInterface() throws Exception {
        ServiceView view = closing(rollcall("?layout=dubbo-interface").discover(API));
        ZookeeperRegistry registry = registry();
        URL theirs = url("dubbo://10.0.0.9:20880/" + API + "?application=a&category=providers&interface=" + API
                + "&methods=call,ask&side=provider&version=1.0.0&weight=5");

        registry.register(theirs);
        eventually().until(() -> view.instances().size() == 1);
        Instance seen = view.instances().get(0);
        assertThat(seen.endpoint()).hasToString("dubbo://10.0.0.9:20880");
        assertThat(seen.weight()).isEqualTo(5);
        assertThat(seen.version()).isEqualTo("1.0.0");
        assertThat(seen.metadata()).containsEntry("methods", "call,ask").containsEntry("application", "a");

        registry.unregister(theirs);
        eventually().until(() -> view.instances().isEmpty());
        assertThat(view.undecodable()).isZero();
    }

    @Test
    void dubbosDiscoveryOfApplicationsSeesOurRegistrations() throws Exception {
        ZookeeperServiceDiscovery discovery = discovery();
        Registration registration = register(
                rollcall("?layout=dubbo"),
                Instance.of("orders", "tcp://10.0.0.1:20880", "tri://10.0.0.1:50051")
                        .withMetadata("dubbo.metadata.revision", "r1"));

        assertThat(discovery.getServices()).containsExactly("orders");
        ServiceInstance seen = discovery.getInstances("orders").get(0);
        assertThat(seen.getHost() + ":" + seen.getPort()).isEqualTo("10.0.0.1:20880");
        assertThat(seen.getMetadata()).containsEntry("dubbo.metadata.revision", "r1");
        assertThat(((DefaultServiceInstance) seen).getEndpoints())
                .extracting(each -> each.getProtocol() + ":" + each.getPort())
                .containsExactly("dubbo:20880", "tri:50051");

        registration.close();
        eventually().until(() -> discovery.getInstances("orders").isEmpty());
    }

    @Test
    void ourViewFollowsDubbosApplications() throws Exception {
        ServiceView view = closing(rollcall("?layout=dubbo").discover("users"));
        ZookeeperServiceDiscovery discovery = discovery();
        DefaultServiceInstance theirs = new DefaultServiceInstance("users", "10.0.0.9", 20_880, application);
        theirs.setMetadata(Map.of("dubbo.endpoints", "[{\"port\":20880,\"protocol\":\"dubbo\"}]"));

        discovery.doRegister(theirs);
        eventually().until(() -> ids(view), Set.of("10.0.0.9:20880")::equals);
        assertThat(view.instances().get(0).endpoint()).hasToString("dubbo://10.0.0.9:20880");

        discovery.doUnregister(theirs);
        eventually().until(() -> ids(view).isEmpty());
    }

    private static Set<String> providers(Collection<URL> urls) {
        return urls.stream()
                .filter(url -> !url.getProtocol().equals("empty"))
                .map(url -> url.getProtocol() + "://" + url.getAddress() + " weight=" + url.getParameter("weight")
                        + " methods=" + url.getParameter("methods"))
                .collect(Collectors.toSet());
    }

    private ZookeeperRegistry registry() {
        ZookeeperRegistry registry = new ZookeeperRegistry(
                url("zookeeper://" + address() + "/registry?file-cache=false&group=" + part + "/dubbo"),
                ZookeeperClientManager.getInstance(application));
        closing(registry::destroy);
        return registry;
    }

    private ZookeeperServiceDiscovery discovery() {
        ZookeeperServiceDiscovery discovery = new ZookeeperServiceDiscovery(
                application,
                url("zookeeper://" + address() + "/registry?file-cache=false&rootPath=" + part + "/services"));
        closing(discovery::destroy);
        return discovery;
    }

    private URL url(String text) {
        return URL.valueOf(text).setScopeModel(application);
    }
}
