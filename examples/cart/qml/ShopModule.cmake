# The QML module Shop: the windows, which know the stores by the singletons Cart, Catalogue, PriceFeed, Appearance and
# Language. Whose they are is for the caller to say: C++ adapters in this cart, QML over JavaScript stores in cart-js.
set(shop_folder "${CMAKE_CURRENT_LIST_DIR}")
set(shop_views
    Badge.qml
    CartButton.qml
    CartFlyout.qml
    CartPanel.qml
    CartRow.qml
    EmptyShelf.qml
    FlyoutWindow.qml
    FocusRing.qml
    Icon.qml
    IconButton.qml
    LanguageButton.qml
    LinkButton.qml
    PriceTag.qml
    ProductCard.qml
    ProductGrid.qml
    ProductPage.qml
    ProductTile.qml
    ShopHeader.qml
    ShopHeading.qml
    ShopWindow.qml
    Stepper.qml
    StepperEnd.qml
    SumLine.qml
    TextButton.qml
    Texts.qml
    Theme.qml
    Toggle.qml)

# cart_add_shop_module(<target> <argument of qt_add_qml_module>...), QML_FILES last
function(cart_add_shop_module target)
    foreach(view IN LISTS shop_views)
        set_source_files_properties("${shop_folder}/${view}" PROPERTIES QT_RESOURCE_ALIAS "${view}")
    endforeach()
    set_source_files_properties("${shop_folder}/Texts.qml" "${shop_folder}/Theme.qml"
        PROPERTIES QT_QML_SINGLETON_TYPE TRUE)
    set(views ${shop_views})
    list(TRANSFORM views PREPEND "${shop_folder}/")
    qt_add_qml_module(${target} STATIC
        URI Shop
        VERSION 1.0
        RESOURCE_PREFIX /qt/qml
        DEPENDENCIES QtQml.Models NanoStores.I18n ${shop_dependencies} # the types of the models, and of the texts
        ${ARGN}
        ${views})
    nanostores_set_defaults(${target})
    target_link_libraries(${target} PUBLIC NanoStores::QmlI18n Qt6::Quick)
endfunction()
