import org.jspecify.annotations.NullMarked;

/** Rollcall's API, runtime and backend SPI: registration and discovery on the store that you already run. */
@NullMarked
module dev.rollcall.core {
    requires transitive org.jspecify;
    requires org.slf4j;
    requires static java.net.http; // for HTTP checks alone

    exports dev.rollcall;
    exports dev.rollcall.balance;
    exports dev.rollcall.config;
    exports dev.rollcall.coordination;
    exports dev.rollcall.health;
    exports dev.rollcall.spi;

    uses dev.rollcall.spi.BackendProvider;
}
